/// Capitals of three by five pixels: what a picture that leaves the program has to say, without a font.
enum TinyText {
  static let notice = "RESEARCH USE ONLY, NOT FOR DIAGNOSIS"

  /// Five rows of three pixels, from above.
  private static let glyphs: [Character: String] = [
    "A": "010101111101101", "C": "011100100100011", "D": "110101101101110", "E": "111100110100111",
    "F": "111100110100100", "G": "011100101101011", "H": "101101111101101", "I": "111010010010111",
    "L": "100100100100111", "N": "110101101101101", "O": "010101101101010", "R": "110101110101101",
    "S": "011100010001110", "T": "111010010010010", "U": "101101101101111", "Y": "101101010010010",
    ",": "000000000010100", "B": "110101110101110", "M": "101111111101101", "0": "111101101101111",
    "1": "010110010010111", "5": "111100110001110", "P": "110101110100100",
  ]

  /// Pixels (row, column) of a word, its letters `scale` times as large.
  static func pixels(_ text: String, scale: Int) -> [(row: Int, column: Int)] {
    text.enumerated().flatMap { c, letter in
      (glyphs[letter] ?? "").enumerated().flatMap { k, bit -> [(row: Int, column: Int)] in
        guard bit == "1" else { return [] }
        return (0..<scale * scale).map { n in
          ((k / 3) * scale + n / scale, (c * 4 + k % 3) * scale + n % scale)
        }
      }
    }
  }

  /// The notice, and what more is said, as white on black so many pixels wide: [rows · columns] of 0 and 255, words kept whole where they fit.
  static func band(columns: Int, more: String = "") -> (rows: Int, pixels: [UInt8]) {
    let scale = max(1, columns / 180)
    let perLine = max(1, columns / (4 * scale))
    var lines = [""]
    for word in (notice + more).split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + 1 + word.count <= perLine {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word))
      }
    }
    let rows = (lines.count * 7 + 1) * scale
    var pixels = [UInt8](repeating: 0, count: rows * columns)
    for (l, line) in lines.enumerated() {
      for (c, letter) in line.enumerated() {
        for (k, bit) in (glyphs[letter] ?? "").enumerated() where bit == "1" {
          let (top, left) = ((l * 7 + 1 + k / 3) * scale, (c * 4 + 1 + k % 3) * scale)
          for i in top..<top + scale {
            for j in left..<left + scale where j < columns { pixels[i * columns + j] = 255 }
          }
        }
      }
    }
    return (rows, pixels)
  }
}
