// The entry of every page: small modules, each enhances markup that works without it.
import "./common/absent.js";
import "./common/calendar.js";
import "./common/checkall.js";
import "./common/copy.js";
import "./common/dialog.js";
import "./common/fetched.js";
import "./common/menu.js";
import "./common/once.js";
import "./common/password.js";
import "./common/picker.js";
import "./common/print.js";
import "./common/reveal.js";
import "./common/sessionend.js";
import "./common/signout.js";
import "./common/toast.js";
