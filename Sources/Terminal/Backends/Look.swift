import CCurses

/// Attributes and a colour of the palette (-1 for the terminal's own) for what a cell means.
struct Look: Hashable {
  var attributes: Int32 = 0
  var colour: Int32 = -1

  init() {}

  private static let bold = Int32(CCURSES_BOLD), dim = Int32(CCURSES_DIM), reverse = Int32(CCURSES_REVERSE),
    underline = Int32(CCURSES_UNDERLINE)

  /// `colours` of the palette, fewer than 8 for none. Bright colours only where the terminal said that its background is
  /// dark: elsewhere those that stand out from it, or from black and white alike (contrast above 4, WCAG 2.2). Of the first
  /// eight, bold makes brighter ones, so it stays off there. A theme is heard before the terminal.
  init(_ role: Role, colours: Int, isDark: Bool?, theme: Theme? = nil) {
    switch theme {
    case nil: self.init(role, colours, isDark)
    case .dark?: self.init(role, colours, true)
    case .light?: self.init(role, colours, false)
    case .sixteen?: self.init(role, min(colours, 16), isDark)
    case .contrast?: self.init(contrast: role)
    }
  }

  private init(contrast role: Role) {
    switch role {
    case .normal, .dim, .bar: attributes = 0
    case .title: attributes = Self.bold
    case .accent: attributes = Self.bold | Self.underline
    case .warning, .selected: attributes = Self.bold | Self.reverse
    }
  }

  private init(_ role: Role, _ colours: Int, _ isDark: Bool?) {
    let (warning, accent): (Int32, Int32)
    var bold = Self.bold
    switch (colours, isDark) {
    case (..<8, _): (warning, accent) = (-1, -1)
    case (_, true?): (warning, accent) = (3, 6)
    // Dark orange and teal.
    case (256..., _): (warning, accent) = (130, 30)
    // Red and blue; magenta alone is far from both ends.
    case (_, false?): (warning, accent, bold) = (1, 4, 0)
    case (_, nil): (warning, accent, bold) = (5, -1, 0)
    }
    switch role {
    case .normal: break
    case .dim where colours >= 256: colour = isDark == true ? 245 : 243
    case .dim: attributes = Self.dim
    case .title: attributes = Self.bold
    case .accent: (attributes, colour) = (accent < 0 ? Self.bold : bold, accent)
    case .warning: (attributes, colour) = (warning < 0 ? Self.bold : bold, warning)
    case .selected: (attributes, colour) = (Self.reverse | (accent < 0 ? 0 : bold), accent)
    case .bar: colour = accent
    }
  }

  /// What stands for a character where only ASCII can be shown.
  static func plain(_ s: Unicode.Scalar) -> UInt32 {
    switch s {
    case "┃", "│", "┆": UInt32(UInt8(ascii: "|"))
    case "─", "━", "…": UInt32(UInt8(ascii: "-"))
    case "▸", "►": UInt32(UInt8(ascii: ">"))
    case "█", "▓", "●", "▣": UInt32(UInt8(ascii: "#"))
    case "▆", "▇", "▅", "▪": UInt32(UInt8(ascii: "="))
    case "▄", "▃": UInt32(UInt8(ascii: "-"))
    case "▁", "▂", "░", "·": UInt32(UInt8(ascii: "."))
    case "⚠": UInt32(UInt8(ascii: "!"))
    case "◆": UInt32(UInt8(ascii: "*"))
    case "◇": UInt32(UInt8(ascii: "+"))
    case "×": UInt32(UInt8(ascii: "x"))
    case "–", "—": UInt32(UInt8(ascii: "-"))
    case "├", "┤", "┣", "┫", "┏", "┓", "┗", "┛", "╭", "╮", "╰", "╯": UInt32(UInt8(ascii: "+"))
    case "←": UInt32(UInt8(ascii: "<"))
    case "→": UInt32(UInt8(ascii: ">"))
    case "↑": UInt32(UInt8(ascii: "^"))
    case "↓": UInt32(UInt8(ascii: "v"))
    default: UInt32(UInt8(ascii: "?"))
    }
  }
}
