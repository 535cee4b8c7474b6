//! Four numbers at a time, under the names that they have on wasm. Elsewhere the same is spelt out, so that what is written
//! with them is one text, and gives the same bytes, everywhere: products are rounded before they are added.

#[cfg(target_arch = "wasm32")]
pub use core::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_splat, i32x4_shuffle, i64x2_shuffle, v128, v128_load, v128_load32_splat, v128_store,
};

#[cfg(not(target_arch = "wasm32"))]
pub use spelt_out::*;

#[cfg(not(target_arch = "wasm32"))]
#[allow(non_camel_case_types)]
mod spelt_out {
    pub type v128 = [f32; 4];

    #[inline(always)]
    pub fn f32x4_splat(x: f32) -> v128 {
        [x; 4]
    }

    #[inline(always)]
    pub fn f32x4_add(a: v128, b: v128) -> v128 {
        [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
    }

    #[inline(always)]
    pub fn f32x4_mul(a: v128, b: v128) -> v128 {
        [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
    }

    /// Lanes A, B, C and D of the eight of both.
    #[inline(always)]
    pub fn i32x4_shuffle<const A: usize, const B: usize, const C: usize, const D: usize>(a: v128, b: v128) -> v128 {
        let of = |lane: usize| if lane < 4 { a[lane] } else { b[lane - 4] };
        [of(A), of(B), of(C), of(D)]
    }

    /// Pairs of lanes A and B of the four of both.
    #[inline(always)]
    pub fn i64x2_shuffle<const A: usize, const B: usize>(a: v128, b: v128) -> v128 {
        let of = |lane: usize| if lane < 4 { a[lane] } else { b[lane - 4] };
        [of(2 * A), of(2 * A + 1), of(2 * B), of(2 * B + 1)]
    }

    /// # Safety
    /// Four numbers can be read at `at`.
    #[inline(always)]
    pub unsafe fn v128_load(at: *const v128) -> v128 {
        // SAFETY: by the contract of the caller.
        unsafe { at.read_unaligned() }
    }

    /// # Safety
    /// A number can be read at `at`.
    #[inline(always)]
    pub unsafe fn v128_load32_splat(at: *const u32) -> v128 {
        // SAFETY: by the contract of the caller.
        [f32::from_bits(unsafe { at.read_unaligned() }); 4]
    }

    /// # Safety
    /// Four numbers can be written at `at`.
    #[inline(always)]
    pub unsafe fn v128_store(at: *mut v128, x: v128) {
        // SAFETY: by the contract of the caller.
        unsafe { at.write_unaligned(x) }
    }
}
