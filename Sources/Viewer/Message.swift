import Cine
import Terminal

/// What happens to the viewer.
public enum Message: Sendable {
  case key(Key)
  /// Time has passed; seconds of a clock that never goes back.
  case tick(Double)
  /// The studies so far, and how many files are read of how many.
  case catalogue([Study], done: Int, total: Int)
  case catalogueComplete([Study], unreadable: [UnreadableFile], skipped: Int)
  case clip(ViewerModel.ClipID, CineClip, MotionMap)
  case clipFailed(ViewerModel.ClipID, String)
  case status(study: String, ViewerModel.Status)
  case modelNote(String)
}

/// What the viewer wants done; answers come as messages.
public enum Effect: Hashable, Sendable {
  case load(ViewerModel.ClipID)
  /// This study first: somebody is looking at it.
  case prioritise(study: String)
  case repaint
  case suspend
  case quit
}
