import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { contestant } from "./tf.js";

setThreadsCount(1);
setWasmPaths("/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
export default contestant("wasm");
