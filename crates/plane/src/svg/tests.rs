use super::*;
use crate::colour::LIGHT;
use proptest::prelude::*;
use roxmltree::{Document, Node};

fn sheet<'a>(title: &'a str, description: &'a str) -> Sheet<'a> {
    Sheet { camera: Camera::new([0.0; 2], 8.0), size: [400.0, 200.0], paper: LIGHT.paper, title, description }
}

/// Whatever `look` sees in the document of `marks`.
fn seen<T>(marks: &[Mark], look: impl Fn(Node) -> T) -> T {
    let text = document(marks, &sheet("A", "B"));
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    look(document.root_element())
}

fn named<'a>(root: Node<'a, 'a>, name: &'a str) -> Vec<Node<'a, 'a>> {
    root.descendants().filter(|node| node.has_tag_name(name)).collect()
}

const INK: Colour = [1, 2, 3, 255];
const SOFT: Colour = [255, 0, 16, 51];

#[test]
fn the_sheet_has_its_size_paper_and_words() {
    seen(&[], |root| {
        let of = |name| root.attribute(name).unwrap();
        assert_eq!((of("width"), of("height"), of("viewBox")), ("400", "200", "0 0 400 200"));
        let words = [named(root, "title"), named(root, "desc")].map(|found| found[0].text().unwrap());
        assert_eq!(words, ["A", "B"]);
        assert_eq!(named(root, "rect")[0].attribute("fill"), Some("#fbfaf8"));
    });
}

#[test]
fn dots_are_circles_at_their_pixels() {
    // 50 pixels a unit, the origin at (200, 100), y up.
    let mark = Mark::Dots { at: vec![[1.0, 1.0], [-2.0, 0.5], [f64::NAN, 0.0]], radius: 2.5, colours: vec![INK, SOFT] };
    seen(&[mark], |root| {
        let circles = named(root, "circle");
        let of = |circle: &Node| ["cx", "cy", "r"].map(|name| circle.attribute(name).unwrap().to_string());
        assert_eq!(circles.iter().map(of).collect::<Vec<_>>(), [["250", "50", "2.5"], ["100", "75", "2.5"]]);
        let groups = named(root, "g");
        assert_eq!((groups[0].attribute("fill"), groups[0].attribute("fill-opacity")), (Some("#010203"), None));
        assert_eq!(
            (groups[1].attribute("fill"), groups[1].attribute("fill-opacity")),
            (Some("#ff0010"), Some("0.200"))
        );
    });
}

#[test]
fn lines_and_shapes_are_paths() {
    let line = vec![vec![[0.0, 0.0], [1.0, 0.0]], vec![[0.0, 1.0], [0.5, 1.25], [f64::INFINITY, 0.0], [3.0, 0.0]]];
    let open = Mark::Lines { lines: line, width: 1.5, colours: vec![INK], closed: false };
    let ring = Mark::Lines { lines: vec![vec![[0.0; 2], [1.0, 0.0]]], width: 1.0, colours: vec![INK], closed: true };
    let shape = Mark::Fills { shapes: vec![vec![[0.0; 2], [1.0, 0.0], [0.0, -1.0]]], colours: vec![SOFT] };
    seen(&[open, ring, shape], |root| {
        let paths = named(root, "path");
        let d: Vec<_> = paths.iter().map(|path| path.attribute("d").unwrap()).collect();
        assert_eq!(d, ["M200 100L250 100M200 50L225 37.5M350 100", "M200 100L250 100Z", "M200 100L250 100L200 150Z"]);
        assert_eq!((paths[0].attribute("fill"), paths[0].attribute("stroke")), (Some("none"), Some("#010203")));
        assert_eq!((paths[0].attribute("stroke-width"), paths[2].attribute("fill")), (Some("1.5"), Some("#ff0010")));
    });
}

#[test]
fn maps_are_pictures_with_the_low_row_below() {
    let cells: Vec<u8> = (0..24).collect();
    let map = Mark::Map { place: [[-1.0, 0.0], [2.0, 1.0]], columns: 3, rows: 2, rgba: cells.clone() };
    seen(&[map], |root| {
        let image = named(root, "image")[0];
        let of = |name| image.attribute(name).unwrap();
        assert_eq!([of("x"), of("y"), of("width"), of("height")], ["150", "50", "150", "50"]);
        let older = image.attribute(("http://www.w3.org/1999/xlink", "href"));
        assert_eq!(older, Some(of("href")), "older editors know the other name");
        let file = of("href").strip_prefix("data:image/png;base64,").unwrap();
        let file = BASE64_STANDARD.decode(file).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (3, 2, png::ColorType::Rgba));
        assert_eq!(pixels, [&cells[12..], &cells[..12]].concat());
    });
}

#[test]
fn maps_of_no_or_other_sizes_are_left_out() {
    for (columns, rows, bytes) in [(0, 0, 0), (0, 5, 0), (2, 2, 15), (usize::MAX, 2, 8)] {
        let map = Mark::Map { place: [[0.0; 2], [1.0; 2]], columns, rows, rgba: vec![0; bytes] };
        assert!(seen(&[map], |root| named(root, "image").is_empty()));
    }
}

#[test]
fn numbers_are_short() {
    let texts = [1.0, 0.126, -0.001, 1e5, -2.5].map(number);
    assert_eq!(texts, ["1", "0.13", "0", "100000", "-2.5"]);
}

/// What XML 1.0 can say of a text; it reads every end of a line as \n.
fn sayable(text: &str) -> String {
    text.chars().filter(|&c| matches!(c, '\t' | '\n' | '\u{20}'..) && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect()
}

proptest! {
    #[test]
    fn any_words_come_back_and_break_nothing(words in any::<String>(), nasty in "[<>&\"'\\]\\[!a\u{0}\u{1b}-]{0,20}") {
        for words in [words, nasty] {
            let label = Mark::Text { at: [1.0, 1.0], shift: [4.0, -3.0], text: words.clone(), colour: INK, halo: SOFT };
            let text = document(&[label], &sheet(&words, &words));
            let document = Document::parse(&text).unwrap();
            let root = document.root_element();
            prop_assert_eq!(root.children().count(), 4);
            for name in ["title", "desc", "text"] {
                let found = named(root, name);
                prop_assert_eq!(found[0].text().unwrap_or(""), sayable(&words));
            }
            prop_assert_eq!(named(root, "text")[0].attribute("x"), Some("254"));
            prop_assert_eq!(named(root, "text")[0].attribute("y"), Some("53"));
        }
    }

    #[test]
    fn any_numbers_make_a_document(numbers in prop::collection::vec(any::<f64>(), 0..40)) {
        let at = crate::mark::points(&numbers);
        let marks = [
            Mark::Dots { at: at.clone(), radius: 1.0, colours: vec![INK] },
            Mark::Lines { lines: vec![at.clone()], width: 1.0, colours: vec![INK], closed: true },
            Mark::Fills { shapes: vec![at], colours: vec![INK] },
        ];
        let text = document(&marks, &sheet("", ""));
        prop_assert!(Document::parse(&text).is_ok());
        prop_assert!(!text.contains("NaN") && !text.contains("inf"));
    }
}

#[test]
fn several_drawings_stand_in_one_document_and_share_no_name() {
    let marks = [Mark::Dots { at: vec![[0.0, 0.0]], radius: 2.0, colours: vec![[1, 2, 3, 255]] }];
    let sheet = |title| Sheet {
        camera: Camera::new([0.0; 2], 2.0),
        size: [100.0, 80.0],
        paper: [255; 4],
        title,
        description: "a dot",
    };
    let text = side_by_side(&[(&marks, sheet("one & only")), (&marks, sheet("two"))], [0, 0, 0, 255]);
    let document = Document::parse(&text).expect("XML");
    let root = document.root_element();
    assert_eq!((root.attribute("width"), root.attribute("height")), (Some("200"), Some("112")));
    let ids: Vec<_> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids, ["title-1", "description-1", "title-2", "description-2"]);
    let inner: Vec<_> = root.children().filter(|node| node.has_tag_name("svg")).collect();
    assert_eq!(inner.iter().map(|node| node.attribute("x")).collect::<Vec<_>>(), [Some("0"), Some("100")]);
    for (node, k) in inner.iter().zip(1..) {
        assert_eq!(node.attribute("aria-labelledby"), Some(format!("title-{k} description-{k}").as_str()));
        assert_eq!(node.descendants().filter(|node| node.has_tag_name("circle")).count(), 1);
    }
}
