import Cine
import Plain
import Synchronization
import Terminal

/// Messages from lanes in the background; the loop is woken when one comes.
public final class Inbox: Sendable {
  private let messages = Mutex<[Message]>([])
  private let wake = Mutex<(@Sendable () -> Void)?>(nil)

  public init() {}

  /// From any thread.
  public func send(_ message: Message) {
    messages.withLock { $0.append(message) }
    wake.withLock { $0 }?()
  }

  func onArrival(_ body: @escaping @Sendable () -> Void) { wake.withLock { $0 = body } }

  func take() -> [Message] {
    messages.withLock { all in
      defer { all = [] }
      return all
    }
  }
}

/// Runs the viewer: events and messages in, screens out. Nothing slow happens here, so a key never waits for work.
public struct ViewerLoop {
  /// Frames a second at most: what a terminal and a link can be expected to take.
  static let shortestFrame = 1.0 / 50

  private let backend: any Backend
  private let inbox: Inbox
  private let perform: (Effect) -> Void

  /// `perform` starts work and returns at once; quit, suspend and repaint are done here.
  public init(_ backend: any Backend, inbox: Inbox, perform: @escaping (Effect) -> Void) {
    self.backend = backend
    self.inbox = inbox
    self.perform = perform
    let wake = Waker(backend)
    inbox.onArrival { wake.wake() }
  }

  /// Returns the model as it was left.
  public func run(_ start: ViewerModel) -> ViewerModel {
    var model = start
    backend.mouse(model.isMouseOn)
    var drawn = -1.0
    var isStale = true
    let memory = PictureMemory()
    while !model.quitting && !backend.isEnded {
      let now = Monotonic.now()
      let phases = model.phases
      apply(.size(rows: backend.rows, columns: backend.columns), to: &model)
      // A study that was looked at long enough has a mark now.
      if apply(.tick(now), to: &model) { isStale = true }
      let messages = inbox.take()
      for message in messages { apply(message, to: &model) }
      isStale = isStale || !messages.isEmpty || model.phases != phases
      let untilFrame = drawn + Self.shortestFrame - now
      if isStale, untilFrame <= 0 {
        let frame = draw(model, mode: backend.mode, cell: backend.cell, memory: memory)
        backend.present(frame)
        apply(.shown(frame.pictures.map(\.place), backend.loss), to: &model)
        drawn = now
        isStale = false
      }
      let patience = isStale ? max(untilFrame, 0.001) : model.untilNextPhase ?? 1
      var event = backend.wait(seconds: min(max(patience, 0.001), 1))
      while let got = event {
        // A key is answered at once.
        (drawn, isStale) = (-1, true)
        switch got {
        case .key(let key): apply(.key(key), to: &model)
        case .paste(let text): apply(.paste(text), to: &model)
        case .changed, .mouse: break
        }
        if model.quitting { break }
        event = backend.wait(seconds: 0)
      }
    }
    return model
  }

  /// True where something is to be done.
  @discardableResult
  private func apply(_ message: Message, to model: inout ViewerModel) -> Bool {
    let effects = model.update(message)
    for effect in effects {
      switch effect {
      case .quit: break
      case .repaint: backend.repaint()
      case .mouse(let isOn): backend.mouse(isOn)
      case .copy(let text):
        let isTaken = backend.copy(text)
        let said = isTaken ? "offered to the terminal's clipboard" : "this terminal has no clipboard that can be asked"
        apply(.said(said, isWarning: !isTaken), to: &model)
      case .suspend: backend.suspend()
      case .load, .prioritise, .keepRead, .keepMarked, .keepMeasures, .keepImpression, .ask, .export:
        perform(effect)
      }
    }
    return !effects.isEmpty
  }
}

/// Only `wake` is called from other threads, and every backend allows that.
private final class Waker: @unchecked Sendable {
  private let backend: any Backend
  init(_ backend: any Backend) { self.backend = backend }
  func wake() { backend.wake() }
}
