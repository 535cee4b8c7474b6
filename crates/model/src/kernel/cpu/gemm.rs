//! C = A B, or C + A B, for matrices with any strides; one thread.
//!
//! Natively this is the `gemm` crate. On wasm that crate's tile of 12 × 4 numbers needs more than the 15 vector registers
//! that V8 has on x86-64, and spills (`docs/upstream.md`); the tile of 4 × 8 below needs eleven and runs 1.5 times as fast.
//! Where a browser's very bytes are wanted natively, the tile runs there too ([`as_in_browsers`](super::as_in_browsers)).

#[cfg(not(target_arch = "wasm32"))]
use super::browser::imitates;

/// A matrix that is only looked at: element (i, j) is `data[i * row + j * column]`.
#[derive(Clone, Copy)]
pub struct MatrixView<'a> {
    pub data: &'a [f32],
    /// Distance of two rows.
    pub row: usize,
    /// Distance of two columns.
    pub column: usize,
}

impl<'a> MatrixView<'a> {
    /// Row after row of `columns` numbers.
    pub fn new(data: &'a [f32], columns: usize) -> Self {
        Self { data, row: columns, column: 1 }
    }

    /// The same numbers, rows as columns.
    pub fn transposed(self) -> Self {
        Self { row: self.column, column: self.row, ..self }
    }

    /// Is every element of an `m` × `n` matrix within the data?
    fn holds(&self, m: usize, n: usize) -> bool {
        m == 0 || n == 0 || (m - 1) * self.row + (n - 1) * self.column < self.data.len()
    }
}

/// C: `m` × `n` with rows `c_row` apart, A: `m` × `k`, B: `k` × `n`. C is added to if `add`, else overwritten.
///
/// # Panics
/// If a matrix reaches beyond its data.
pub fn product([m, n, k]: [usize; 3], a: MatrixView, b: MatrixView, c: &mut [f32], c_row: usize, add: bool) {
    assert!(a.holds(m, k) && b.holds(k, n) && c_row >= n, "a matrix reaches beyond its data");
    assert!(m == 0 || n == 0 || (m - 1) * c_row + n <= c.len(), "the product reaches beyond its data");
    #[cfg(test)]
    MULTIPLICATIONS.set(multiplications() + m * n * k);
    if k == 0 && !add {
        c.chunks_mut(c_row).take(m).for_each(|row| row[..n].fill(0.0));
    } else if m > 0 && n > 0 && k > 0 {
        // SAFETY: every index that the sizes and strides allow was just found to be within its slice.
        unsafe { run([m, n, k], a, b, c.as_mut_ptr(), c_row, add) }
    }
}

#[cfg(target_arch = "wasm32")]
use tiles::run;
#[cfg(test)]
thread_local! {
    static MULTIPLICATIONS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Multiplications of this thread so far.
#[cfg(test)]
pub fn multiplications() -> usize {
    MULTIPLICATIONS.get()
}

#[cfg(not(target_arch = "wasm32"))]
unsafe fn run([m, n, k]: [usize; 3], a: MatrixView, b: MatrixView, c: *mut f32, c_row: usize, add: bool) {
    if imitates() {
        // SAFETY: by the contract of the caller.
        return unsafe { tiles::run([m, n, k], a, b, c, c_row, add) };
    }
    let signed = |stride: usize| stride as isize;
    let (old, parallel) = (if add { 1.0 } else { 0.0 }, gemm::Parallelism::None);
    let (a_at, a_column, a_row) = (a.data.as_ptr(), signed(a.column), signed(a.row));
    let (b_at, b_column, b_row) = (b.data.as_ptr(), signed(b.column), signed(b.row));
    let (no, row) = (false, signed(c_row));
    // SAFETY: by the contract of the caller.
    unsafe {
        gemm::gemm(
            m, n, k, c, 1, row, add, a_at, a_column, a_row, b_at, b_column, b_row, old, 1.0, no, no, no, parallel,
        );
    }
}

mod tiles {
    use super::{
        super::lanes::{
            f32x4_add, f32x4_mul, f32x4_splat, i32x4_shuffle, i64x2_shuffle, v128, v128_load, v128_load32_splat,
            v128_store,
        },
        MatrixView,
    };
    use std::cell::RefCell;

    /// Rows of a tile.
    const ROWS: usize = 4;
    /// Columns of a tile: two vectors.
    const COLUMNS: usize = 8;
    /// Longest sum in one go: a panel of B, 8 × 512 numbers, stays in the first cache.
    const DEPTH: usize = 512;
    /// Rows of A that meet one panel before the next: they stay in the second cache.
    const TALL: usize = 96;

    thread_local! {
        /// Panels of B, kept so that memory is asked for once.
        static PANELS: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
    }

    /// B's part of a tile: where it begins and how far its rows are apart.
    #[derive(Clone, Copy)]
    struct Strip {
        at: *const f32,
        row: usize,
        columns: usize,
    }

    pub unsafe fn run([m, n, k]: [usize; 3], a: MatrixView, b: MatrixView, c: *mut f32, c_row: usize, add: bool) {
        // Few rows would not pay for arranging B.
        let direct = m < 2 * ROWS && b.column == 1 && n % COLUMNS == 0;
        PANELS.with_borrow_mut(|panels| {
            for start in (0..k).step_by(DEPTH) {
                let depth = DEPTH.min(k - start);
                let add = add || start > 0;
                // SAFETY: all offsets are those of elements within the matrices.
                unsafe {
                    let a_at = a.data.as_ptr().add(start * a.column);
                    if !direct {
                        arrange([depth, n], &b, start, panels);
                    }
                    for top in (0..m).step_by(TALL) {
                        for (p, left) in (0..n).step_by(COLUMNS).enumerate() {
                            let columns = COLUMNS.min(n - left);
                            let panel = if direct {
                                Strip { at: b.data.as_ptr().add(start * b.row + left), row: b.row, columns }
                            } else {
                                Strip { at: panels.as_ptr().add(p * COLUMNS * depth), row: COLUMNS, columns }
                            };
                            strip(depth, (top, m.min(top + TALL)), (a_at, &a), panel, (c.add(left), c_row), add);
                        }
                    }
                }
            }
        });
    }

    /// B as panels of eight columns, each row after row; missing columns are zero.
    fn arrange([depth, n]: [usize; 2], b: &MatrixView, start: usize, panels: &mut Vec<f32>) {
        panels.resize(n.div_ceil(COLUMNS) * COLUMNS * depth, 0.0);
        for (panel, left) in panels.chunks_exact_mut(COLUMNS * depth).zip((0..n).step_by(COLUMNS)) {
            fill(panel, b, start, left, COLUMNS.min(n - left));
        }
    }

    /// One panel: `columns` columns of B from `left`, rows from `start`.
    fn fill(panel: &mut [f32], b: &MatrixView, start: usize, left: usize, columns: usize) {
        let depth = panel.len() / COLUMNS;
        let whole = if columns == COLUMNS && b.row == 1 { depth - depth % 4 } else { 0 };
        for i in (0..whole).step_by(4) {
            for j in (0..COLUMNS).step_by(4) {
                let from = &b.data[start + i + (left + j) * b.column..][..3 * b.column + 4];
                // SAFETY: the slice holds four numbers at each of four places, the panel sixteen of its rows.
                unsafe { turn(from.as_ptr(), b.column, panel[i * COLUMNS + j..][..3 * COLUMNS + 4].as_mut_ptr()) }
            }
        }
        let (panel, start) = (&mut panel[whole * COLUMNS..], start + whole);
        for (i, row) in panel.chunks_exact_mut(COLUMNS).enumerate() {
            let from = (start + i) * b.row + left * b.column;
            if columns == COLUMNS && b.column == 1 {
                row.copy_from_slice(&b.data[from..from + COLUMNS]);
            } else {
                for (j, slot) in row.iter_mut().enumerate() {
                    *slot = if j < columns { b.data[from + j * b.column] } else { 0.0 };
                }
            }
        }
    }

    /// Four by four numbers, rows as columns.
    #[inline(always)]
    unsafe fn turn(from: *const f32, column: usize, to: *mut f32) {
        // SAFETY: by the contract of the caller.
        unsafe {
            let [a, b, c, d] = core::array::from_fn(|j| v128_load(from.add(j * column).cast()));
            let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
            let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
            v128_store(to.cast(), i64x2_shuffle::<0, 2>(ab_low, cd_low));
            v128_store(to.add(COLUMNS).cast(), i64x2_shuffle::<1, 3>(ab_low, cd_low));
            v128_store(to.add(2 * COLUMNS).cast(), i64x2_shuffle::<0, 2>(ab_high, cd_high));
            v128_store(to.add(3 * COLUMNS).cast(), i64x2_shuffle::<1, 3>(ab_high, cd_high));
        }
    }

    /// Rows `top..end` of C for one panel.
    #[inline(always)]
    unsafe fn strip(
        depth: usize,
        (top, end): (usize, usize),
        (a_at, a): (*const f32, &MatrixView),
        panel: Strip,
        (c, c_row): (*mut f32, usize),
        add: bool,
    ) {
        let mut row = top;
        // SAFETY: rows are below `end`.
        unsafe {
            while row + ROWS <= end {
                tile::<ROWS>(depth, a_at.add(row * a.row), a, panel, c.add(row * c_row), c_row, add);
                row += ROWS;
            }
            while row < end {
                tile::<1>(depth, a_at.add(row * a.row), a, panel, c.add(row * c_row), c_row, add);
                row += 1;
            }
        }
    }

    /// R × 8 sums over `depth`: R times two sums, two vectors of B and one of A fit in registers.
    #[inline(always)]
    unsafe fn tile<const R: usize>(
        depth: usize,
        a_at: *const f32,
        a: &MatrixView,
        panel: Strip,
        c: *mut f32,
        c_row: usize,
        add: bool,
    ) {
        // SAFETY: R rows of A and C and `depth` rows of the panel are there.
        unsafe {
            let mut sums = [[f32x4_splat(0.0); 2]; R];
            let (row, column) = (a.row, a.column);
            let mut at: [*const f32; R] = core::array::from_fn(|r| a_at.wrapping_add(r * row));
            let mut b = panel.at;
            for _ in 0..depth {
                let (low, high) = (v128_load(b.cast()), v128_load(b.add(4).cast()));
                for r in 0..R {
                    let x = v128_load32_splat(at[r].cast());
                    sums[r][0] = f32x4_add(sums[r][0], f32x4_mul(x, low));
                    sums[r][1] = f32x4_add(sums[r][1], f32x4_mul(x, high));
                    at[r] = at[r].wrapping_add(column);
                }
                b = b.wrapping_add(panel.row);
            }
            for (r, sums) in sums.iter().enumerate() {
                store(*sums, c.add(r * c_row), panel.columns, add);
            }
        }
    }

    #[inline(always)]
    unsafe fn store([low, high]: [v128; 2], c: *mut f32, columns: usize, add: bool) {
        // SAFETY: `columns` numbers of C are there.
        unsafe {
            if columns == COLUMNS {
                let at: [*mut v128; 2] = [c.cast(), c.add(4).cast()];
                let old = |i: usize, new| if add { f32x4_add(v128_load(at[i]), new) } else { new };
                v128_store(at[0], old(0, low));
                v128_store(at[1], old(1, high));
            } else {
                let mut sums = [0.0; COLUMNS];
                v128_store(sums.as_mut_ptr().cast(), low);
                v128_store(sums.as_mut_ptr().add(4).cast(), high);
                for (j, sum) in sums[..columns].iter().enumerate() {
                    let slot = c.add(j);
                    *slot = if add { *slot + sum } else { *sum };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::browser::as_in_browsers, *};
    use proptest::prelude::*;

    fn numbers(n: usize, seed: u64) -> Vec<f32> {
        flow::rng::Stream::new(seed, flow::rng::Purpose::Probe, 0).normals(n)
    }

    proptest! {
        #[test]
        fn it_is_the_sum_of_products(
            [m, n, k] in [1..40usize, 1..40usize, 0..70usize],
            [turn_a, turn_b, add, browsers] in any::<[bool; 4]>(),
            gap in 0..3usize,
        ) {
            let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
            let a_view = if turn_a { MatrixView::new(&a, m).transposed() } else { MatrixView::new(&a, k) };
            let b_view = if turn_b { MatrixView::new(&b, k).transposed() } else { MatrixView::new(&b, n) };
            let mut c = numbers(m * (n + gap), 3);
            let before = c.clone();
            as_in_browsers(browsers);
            product([m, n, k], a_view, b_view, &mut c, n + gap, add);
            as_in_browsers(false);
            for i in 0..m {
                for j in 0..n + gap {
                    let old = f64::from(before[i * (n + gap) + j]);
                    let at = |v: &MatrixView, i: usize, j: usize| f64::from(v.data[i * v.row + j * v.column]);
                    let sum = || (0..k).map(|l| at(&a_view, i, l) * at(&b_view, l, j)).sum::<f64>();
                    let expected = if j >= n { old } else if add { old + sum() } else { sum() };
                    prop_assert!((f64::from(c[i * (n + gap) + j]) - expected).abs() < 1e-4, "({i}, {j})");
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "beyond its data")]
    fn a_matrix_that_is_too_short_is_not_read() {
        product([2, 2, 2], MatrixView::new(&[1.0; 3], 2), MatrixView::new(&[1.0; 4], 2), &mut [0.0; 4], 2, false);
    }
}
