import { contestant } from "./jax.js";

export default contestant("webgpu");
