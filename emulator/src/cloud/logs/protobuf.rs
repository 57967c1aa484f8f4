//! Protocol buffers, as far as log groups need them: read where they lie, nothing copied, so that no message takes more room than
//! its bytes.

/// A field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A varint.
    Number(u64),
    /// Bytes, a text or a message.
    Bytes(&'a [u8]),
    /// Four bytes.
    Fixed32(u32),
    /// Eight bytes, which no field of a log group has.
    Fixed64,
}

/// What is not of this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

/// The fields of a message, in the order in which they stand.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..70).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let part = u64::from(byte & 0x7F);
            // Ten bytes hold more than 64 bits: what is too much must be nothing.
            let shifted = part.checked_shl(shift)?;
            if shifted >> shift != part {
                return None;
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed64)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Fixed32(u32::from_le_bytes(self.take(4)?.try_into().ok()?)),
            _ => return None,
        };
        Some((key >> 3, value)).filter(|(number, _)| *number > 0)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or(Broken))
    }
}

/// Appends a varint.
fn put_varint(to: &mut Vec<u8>, mut number: u64) {
    while number > 0x7F {
        to.push(u8::try_from(number & 0x7F).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    to.push(u8::try_from(number).unwrap_or_default());
}

/// Appends a number.
pub(super) fn put_number(to: &mut Vec<u8>, field: u8, number: u64) {
    to.push(field << 3);
    put_varint(to, number);
}

/// Appends bytes, a text or a message.
pub(super) fn put_bytes(to: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    to.push(field << 3 | 2);
    put_varint(to, u64::try_from(bytes.len()).unwrap_or_default());
    to.extend_from_slice(bytes);
}

/// Appends a log group to a list of them, which is a message too.
pub fn list_of(to: &mut Vec<u8>, group: &[u8]) {
    put_bytes(to, 1, group);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(bytes: &[u8]) -> Result<Vec<(u64, Value<'_>)>, Broken> {
        Fields::of(bytes).collect()
    }

    #[test]
    fn fields_of_every_kind() {
        let mut message = Vec::new();
        put_number(&mut message, 1, u64::MAX);
        put_number(&mut message, 2, 300);
        put_bytes(&mut message, 3, b"text");
        message.extend_from_slice(&[4 << 3 | 5, 1, 2, 0, 0, 5 << 3 | 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        let expected = [
            (1, Value::Number(u64::MAX)),
            (2, Value::Number(300)),
            (3, Value::Bytes(b"text")),
            (4, Value::Fixed32(513)),
            (5, Value::Fixed64),
        ];
        assert_eq!(fields(&message), Ok(expected.to_vec()));
        for length in 0..message.len() {
            // Whatever is cut off is told from what is whole.
            let whole = fields(&message[..length]).is_ok();
            assert_eq!(whole, [0, 11, 14, 20, 25].contains(&length), "{length}");
        }
    }

    #[test]
    fn what_is_none() {
        for broken in [
            &[0x08][..],
            &[0x80; 11],
            &[0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
            &[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            &[0x0A, 2, 1],
            &[0x0B],
            &[0x0E],
            &[0x00, 0],
        ] {
            assert_eq!(fields(broken), Err(Broken), "{broken:?}");
        }
    }
}
