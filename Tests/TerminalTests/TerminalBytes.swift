import Foundation

@testable import Terminal

/// What terminals send.
enum TerminalBytes {
  /// Answers of xterm, mlterm, tmux and kitty to the viewer's questions, recorded by Fixtures/terminal/record.py.
  static func recorded() throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/terminal")
    return try ["xterm", "mlterm", "tmux", "kitty"].map {
      Array(try Data(contentsOf: folder.appendingPathComponent("\($0).bytes")))
    }
  }

  /// As other terminals' documents have them.
  static let documented = [
    "\u{1B}P1$r0;48:2:1:2:3m\u{1B}\\\u{1B}[6;20;10t\u{1B}[?2026;2$y\u{1B}]11;rgb:2424/2424/2424\u{1B}\\\u{1B}[?62;4;22c",
    "\u{1B}P0$r\u{1B}\\\u{1B}]11;rgb:ff/ff/ff\u{7}\u{1B}[?65;1;9c",
    "\u{1B}P1$r0m\u{1B}\\\u{1B}[6;0;0t\u{1B}[?2026;4$y\u{1B}]11;rgba:0/0/0/8\u{7}\u{1B}[?1;2c",
    "\u{1B}[?6c",
    "\u{1B}P1$r0;48:2:1:2:3m\u{1B}\\\u{1B}_Gi=999999;OK\u{1B}\\\u{1B}[?62;c",
    "\u{1B}_Gi=999999;ENOTSUP:q?P\u{1B}\\\u{1B}[0n\u{1B}[?65;4c",
  ].map { Array($0.utf8) }

  /// What else comes by itself or was asked for by somebody else: none of it is a key.
  static let noKeys = [
    "\u{1B}[I", "\u{1B}[O",  // focus
    "\u{1B}[<0;33;12M", "\u{1B}[<35;200;50m", "\u{1B}[32;12;5M", "\u{1B}[M !!", "\u{1B}[Mqqq",  // mouse
    "\u{1B}[12;40R", "\u{1B}[1;5R", "\u{1B}[0n", "\u{1B}[?1;2;3S", "\u{1B}[>41;354;0c", "\u{1B}[8;24;80t", "\u{1B}[?0u",
    "\u{1B}[113;3u", "\u{1B}[113;1:3u", "\u{1B}[57358u", "\u{1B}[57441;2u", "\u{1B}[27;3;113~", "\u{1B}[1;5A",
    "\u{1B}[5;5~", "\u{1B}[201~", "\u{1B}[2~", "\u{1B}[Z", "\u{1B}[?997;1n", "\u{1B}[99999999999999q",
    "\u{1B}P1+r544e=78\u{1B}\\", "\u{1B}P!|00000000\u{1B}\\", "\u{1B}P>|XTerm(379)\u{1B}\\", "\u{1B}P\u{1B}\\",
    "\u{1B}]52;c;cXVpdD8P\u{7}", "\u{1B}]ltitle?q\u{1B}\\", "\u{1B}]L?q\u{1B}\\", "\u{1B}]10;rgb:0/0/0\u{1B}\\",
    "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}_q?P\u{1B}\\", "\u{1B}^q?P\nq\u{1B}\\", "\u{1B}Xq?Pä\u{1B}\\", "\u{1B}\\",

  ].map { Array($0.utf8) }

  /// Keys as xterm, rxvt, the Linux console and kitty send them.
  static let keys: [(String, Key)] = [
    ("q", .character("q")), ("?", .character("?")), ("ä", .character("ä")), ("臓", .character("臓")),
    ("\r", .enter), ("\n", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace),
    ("\u{3}", .control("c")),
    ("\u{C}", .control("l")), ("\u{1A}", .control("z")),
    ("\u{1B}[A", .up), ("\u{1B}[B", .down), ("\u{1B}[C", .right), ("\u{1B}[D", .left), ("\u{1B}OA", .up),
    ("\u{1B}OB", .down), ("\u{1B}OC", .right), ("\u{1B}OD", .left), ("\u{1B}[1;2A", .up), ("\u{1B}[1;129B", .down),
    ("\u{1B}[a", .up), ("\u{1B}[1;1:2C", .right),
    ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown), ("\u{1B}[5;2~", .pageUp), ("\u{1B}[H", .home), ("\u{1B}[F", .end),
    ("\u{1B}OH", .home), ("\u{1B}OF", .end), ("\u{1B}[1~", .home), ("\u{1B}[4~", .end), ("\u{1B}[7~", .home),
    ("\u{1B}[8~", .end), ("\u{1B}[3~", .delete),
    ("\u{1B}OP", .function(1)), ("\u{1B}OS", .function(4)), ("\u{1B}[11~", .function(1)), ("\u{1B}[[A", .function(1)),
    ("\u{1B}[P", .function(1)), ("\u{1B}[15~", .function(5)), ("\u{1B}[24~", .function(12)),
    ("\u{1B}OM", .enter), ("\u{1B}Ok", .character("+")), ("\u{1B}Om", .character("-")), ("\u{1B}Oq", .character("1")),
    ("\u{1B}[27u", .escape), ("\u{1B}[13u", .enter), ("\u{1B}[9u", .tab), ("\u{1B}[127u", .backspace),
    ("\u{1B}[113u", .character("q")), ("\u{1B}[112;2u", .character("P")), ("\u{1B}[112:80;2u", .character("P")),
    ("\u{1B}[47:63;2;63u", .character("?")), ("\u{1B}[99;5u", .control("c")), ("\u{1B}[108;5u", .control("l")),
    ("\u{1B}[27;2;80~", .character("P")), ("\u{1B}[27;5;99~", .control("c")), ("\u{1B}[57419u", .up),
    ("\u{1B}[57400u", .character("1")),
  ]
}
