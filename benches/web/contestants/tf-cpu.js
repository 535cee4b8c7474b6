import "@tensorflow/tfjs-backend-cpu";
import { contestant } from "./tf.js";

export default contestant("cpu");
