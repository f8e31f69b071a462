//! Small real PDF files, so that the demonstration has something to download.

/// A PDF of one page with these lines. Characters outside ASCII become `?`,
/// since the file brings no font of its own.
pub(super) fn pdf(lines: &[String]) -> Vec<u8> {
    let shown: Vec<_> = lines.iter().map(|line| format!("({}) Tj T*", escaped(line))).collect();
    let text = format!("BT /F1 12 Tf 72 770 Td 18 TL\n{}\nET", shown.join("\n"));
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(format!("{:010} 00000 n ", file.len()));
        file.extend([&format!("{number} 0 obj\n"), object, "\nendobj\n"]);
    }
    let (table, size) = (file.len(), objects.len() + 1);
    let end = format!(
        "xref\n0 {size}\n0000000000 65535 f \n{}\n\
         trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        offsets.join("\n")
    );
    file.push_str(&end);
    file.into_bytes()
}

fn escaped(line: &str) -> String {
    let mut text = String::new();
    for character in line.chars() {
        if matches!(character, '(' | ')' | '\\') {
            text.push('\\');
        }
        text.push(if matches!(character, ' '..='~') { character } else { '?' });
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_file_is_a_pdf_whose_table_is_right() {
        let file = super::pdf(&["Statement (of) work".to_owned()]);
        assert_eq!(crate::files::media_type(&file), Some("application/pdf"));
        let text = String::from_utf8(file).unwrap();
        let table: usize = text.lines().rev().nth(1).unwrap().parse().unwrap();
        assert!(text[table..].starts_with("xref"));
    }
}
