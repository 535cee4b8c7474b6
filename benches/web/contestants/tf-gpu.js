import "@tensorflow/tfjs-backend-webgpu";
import { contestant } from "./tf.js";

export default contestant("webgpu");
