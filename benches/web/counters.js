// Counts what a library asks of WebGPU, by patching the prototypes before it loads.

const total = {
  dispatches: 0, passes: 0, encoders: 0, submits: 0, copies: 0, buffers: 0, "bytes of buffers": 0, uploads: 0,
  "bytes uploaded": 0, "read-backs": 0, "bytes read back": 0, modules: 0, pipelines: 0, "bind groups": 0, layouts: 0,
};

/** The counts so far. */
export function counts() {
  return { ...total };
}

/** What has been counted since `before`. */
export function counted(before) {
  return Object.fromEntries(Object.keys(total).map(key => [key, total[key] - before[key]]));
}

function patch(type, method, note) {
  const prototype = globalThis[type]?.prototype;
  const original = prototype?.[method];
  if (!original) return;
  prototype[method] = function (...args) {
    note.call(this, ...args);
    return original.apply(this, args);
  };
}

const count = key => () => (total[key] += 1);
const uploaded = bytes => {
  total.uploads += 1;
  total["bytes uploaded"] += bytes;
};

patch("GPUComputePassEncoder", "dispatchWorkgroups", count("dispatches"));
patch("GPUComputePassEncoder", "dispatchWorkgroupsIndirect", count("dispatches"));
patch("GPUCommandEncoder", "beginComputePass", count("passes"));
patch("GPUCommandEncoder", "copyBufferToBuffer", count("copies"));
patch("GPUDevice", "createCommandEncoder", count("encoders"));
patch("GPUDevice", "createShaderModule", count("modules"));
patch("GPUDevice", "createComputePipeline", count("pipelines"));
patch("GPUDevice", "createComputePipelineAsync", count("pipelines"));
patch("GPUDevice", "createBindGroup", count("bind groups"));
patch("GPUDevice", "createBindGroupLayout", count("layouts"));
patch("GPUDevice", "createPipelineLayout", count("layouts"));
patch("GPUQueue", "submit", count("submits"));
patch("GPUDevice", "createBuffer", ({ size, mappedAtCreation }) => {
  total.buffers += 1;
  total["bytes of buffers"] += size;
  if (mappedAtCreation) uploaded(size);
});
// Offset and size of writeBuffer count elements of a typed array, bytes of a plain buffer.
patch("GPUQueue", "writeBuffer", (buffer, at, data, offset = 0, size) => {
  const unit = data.BYTES_PER_ELEMENT ?? 1;
  uploaded(size === undefined ? data.byteLength - offset * unit : size * unit);
});
patch("GPUBuffer", "mapAsync", function (mode, offset = 0, size = this.size - offset) {
  if (mode & GPUMapMode.READ) {
    total["read-backs"] += 1;
    total["bytes read back"] += size;
  } else {
    uploaded(size);
  }
});
