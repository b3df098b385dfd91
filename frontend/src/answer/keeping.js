// What this device keeps of a questionnaire; a kiosk, only until the next person.
const DAY = 24 * 60 * 60 * 1000;

export function kept(door, shared = false) {
  const name = `gapless:${door}`;
  let memory = null; // where a browser keeps nothing, the page itself has to
  const place = () => (shared ? sessionStorage : localStorage);
  return {
    read() {
      let said = memory;
      try {
        said = JSON.parse(place().getItem(name)) ?? memory;
      } catch {}
      // After a day the other side has closed it as it stood.
      return said && Date.now() - said.at < DAY ? said : null;
    },
    write(state) {
      memory = { ...state, at: Date.now() };
      try {
        place().setItem(name, JSON.stringify(memory));
      } catch {}
    },
    forget() {
      memory = null;
      try {
        place().removeItem(name);
      } catch {}
    },
  };
}

export function newKey() {
  // Not randomUUID: that exists with https only, and a hall's own server may have none.
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
}
