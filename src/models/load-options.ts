/** What every model takes when it is loaded. */

/** 'auto' starts on wasm and moves to webgpu when that proves right and faster. */
export type Backend = 'auto' | 'webgpu' | 'wasm' | 'cpu';

/** How weights are held: float32 as stored, or int16, two to three times as fast and within some thousandths of a nat. */
export type WeightPrecision = 'float32' | 'int16';
