//! A language that nobody speaks: English with accents, brackets and 40 %
//! more length. What looks plain in it was not translated; what is cut in it
//! will be cut in German.

/// The text made strange; `{names}` stay.
pub fn pseudo(text: &str) -> String {
    let mut out = String::from("[");
    let mut inside_name = false;
    for c in text.chars() {
        match c {
            '{' => inside_name = true,
            '}' => inside_name = false,
            _ => {}
        }
        out.push(if inside_name { c } else { accented(c) });
    }
    let padding = text.chars().count().div_ceil(2).max(1);
    out.push(' ');
    for index in 0..padding {
        // Blanks now and then, since words wrap.
        out.push(if index % 8 == 7 { ' ' } else { '·' });
    }
    out.push(']');
    out
}

const fn accented(c: char) -> char {
    match c {
        'a' => 'á',
        'c' => 'ç',
        'e' => 'é',
        'i' => 'í',
        'n' => 'ñ',
        'o' => 'ö',
        's' => 'š',
        'u' => 'ü',
        'y' => 'ý',
        'A' => 'Å',
        'C' => 'Ç',
        'E' => 'É',
        'N' => 'Ñ',
        'O' => 'Ö',
        'S' => 'Š',
        'U' => 'Û',
        other => other,
    }
}
