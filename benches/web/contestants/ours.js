import { contestant } from "./flowstep.js";

export default contestant("/pkg/bench.js");
