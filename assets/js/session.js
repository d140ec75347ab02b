// The entry of the back office, which has scripts of its own for all else.
import "./common/sessionend.js";
