//! A list of points as JSON has it, [[x, y] or [x, y, class], …].

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
};
use std::fmt;

/// A list of points that are all as wide.
pub struct Listed {
    pub points: Points,
    pub std: f64,
}

/// The numbers of one point, two or three.
#[derive(Clone, Copy)]
pub struct Row {
    numbers: [f64; 3],
    has_class: bool,
}

impl Row {
    pub fn numbers(&self) -> &[f64] {
        &self.numbers[..if self.has_class { 3 } else { 2 }]
    }
}

/// All points. What is none ends the reading at once, so that a list of nothing takes no memory.
pub struct Points(pub Vec<Row>);

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_seq(PointsVisitor)
    }
}

struct PointsVisitor;

impl<'de> Visitor<'de> for PointsVisitor {
    type Value = Points;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Points, A::Error> {
        let mut points = vec![];
        while let Some(numbers) = list.next_element_seed(Numbered(points.len() + 1))? {
            points.push(numbers);
        }
        Ok(Points(points))
    }
}

/// The number of the point that comes.
struct Numbered(usize);

impl<'de> DeserializeSeed<'de> for Numbered {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Row, D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Numbered {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list of the numbers of a point")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Row, A::Error> {
        let (mut numbers, mut count) = ([0.0; 3], 0);
        while let Some(number) = list.next_element()? {
            if let Some(slot) = numbers.get_mut(count) {
                *slot = number;
            }
            count += 1;
        }
        if !(2..=3).contains(&count) {
            let Self(point) = self;
            let sentence = format!("point {point} has {count} numbers, and there should be x, y and perhaps the class");
            return Err(A::Error::custom(sentence));
        }
        Ok(Row { numbers, has_class: count == 3 })
    }
}
