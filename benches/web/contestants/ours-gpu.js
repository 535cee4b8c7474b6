import { contestant } from "./flowstep.js";

export default contestant("/pkg-gpu/bench.js");
