// 100 points: what is left to give, and a helper that shares them equally.
const ALL = 100;
const FORGIVEN = 5; // domain.md 2.2

const boxes = (step) =>
  [...step.querySelectorAll("[data-item]:not([hidden]) input")].filter((box) => box.name);
const points = (box) => Math.max(0, Number.parseInt(box.value, 10) || 0);

export const given = (step) => boxes(step).reduce((sum, box) => sum + points(box), 0);
export const fits = (step) => {
  const sum = given(step);
  const none = boxes(step).every((box) => !box.value.trim());
  return none || Math.abs(sum - ALL) <= FORGIVEN;
};

export function pointsLeft(step, words) {
  const left = ALL - given(step);
  const says = left > 0 ? words.left : left < 0 ? words.over : words.even;
  const place = step.querySelector("[data-left]");
  place.textContent = says.replace("%(points)s", Math.abs(left));
  place.dataset.tone = left < 0 ? "over" : left ? "" : "even";
}

export function pointsHelp(step, changed) {
  const share = step.querySelector("[data-share]");
  share.hidden = false;
  share.onclick = () => {
    const all = boxes(step);
    all.forEach((box, place) => {
      box.value = Math.floor(ALL / all.length) + (place < ALL % all.length ? 1 : 0);
    });
    changed();
  };
  for (const button of step.querySelectorAll("[data-by]")) {
    button.hidden = false;
    button.onclick = () => {
      const box = button.parentElement.querySelector("input");
      const most = ALL - given(step) + points(box); // a press never gives too many
      box.value = Math.min(Math.max(0, points(box) + Number(button.dataset.by)), Math.max(most, 0));
      changed();
    };
  }
}
