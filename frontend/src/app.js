// Everything here makes a page that already works more pleasant: links and forms come first.
import "htmx.org";
import "./js/messages.js";
import "./js/drawer.js";
import "./js/keys.js";
import "./js/forms.js";
import "./js/menus.js";
import "./js/tabs.js";
import "./js/designer.js";
import "./js/passkeys.js";
import "./js/campaigns.js";
import "./js/imports.js";
import "./js/phone.js";
import "./js/caselist.js";
