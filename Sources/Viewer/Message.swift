import Cine
import Terminal

/// What happens to the viewer.
public enum Message: Sendable {
  case key(Key)
  /// Text that was pasted.
  case paste(String)
  case mouse(Mouse)
  /// Where the pictures of the last frame are, and what the link leaves out of them.
  case shown([CellRectangle], PictureLoss)
  /// The terminal's size, in cells.
  case size(rows: Int, columns: Int)
  /// Time has passed; seconds of a clock that never goes back.
  case tick(Double)
  /// The studies so far, and how many files are read of how many.
  case catalogue([Study], done: Int, total: Int)
  case catalogueComplete([Study], unreadable: [UnreadableFile], skipped: Int)
  case clip(ClipID, CineClip, MotionMap)
  case clipFailed(ClipID, WhyNot)
  /// Outlines of a clip. They are kept for the studies that had some last, and for the one on the screen.
  case contours(ClipID, ClipOutlines)
  /// What the contours of a study measure; what the learned model makes of it comes as its status.
  case measured(study: String, Measured, group: Impression.Group? = nil)
  case status(study: String, ViewerModel.Status)
  /// What was done with studies before, by their `id`.
  case flags([String: StudyFlags])
  /// What was measured by hand before, by studies' `id`.
  case measures([String: [KeptMeasure]])
  /// What readers took studies for before, and what they are where that is known, by their `id`.
  case impressions([String: Impression])
  case truths([String: Impression])
  /// How near studies are to a sentence, by their `id`; or why that cannot be said.
  case answer(String, similarity: [String: Double], refusal: String?)
  /// The model's card, line by line.
  case card([(String, String)])
  /// What the model says of itself, and whether it learned from synthetic hearts; or why there is none.
  case model(String, synthetic: Bool)
  /// What became of something that was asked for; once.
  case said(String, isWarning: Bool)
  /// Something about the program itself that its user should hear of, once.
  case notice(String)
}

/// What the viewer wants done; answers come as messages.
public enum Effect: Hashable, Sendable {
  /// The pictures that the screen wants, dearest first: before all that was asked for earlier.
  case load([ClipID])
  /// These studies first, and no others' pictures: they are on the screen.
  case prioritise(studies: [String])
  /// The study of this hash was looked at, was marked or is no longer.
  case keepRead(hash: String)
  case keepMarked(hash: String, Bool)
  /// How near are the studies to this sentence?
  case ask(String)
  /// What was measured by hand on the study of this hash.
  case keepMeasures(hash: String, [KeptMeasure])
  /// What somebody took the study of this hash for.
  case keepImpression(hash: String, Impression)
  case export(Export)
  /// Text for the terminal's clipboard.
  case copy(String)
  /// Clicks are the program's, or the terminal's.
  case mouse(Bool)
  case repaint
  case suspend
  case quit
}
