import CSandbox

/// What the kernel grants a worker against the bytes that it reads. Where it runs inside a container some may be refused;
/// reading goes on with what there is.
public struct Protections: Hashable, Sendable {
  public let limits: Bool
  public let privileges: Bool
  public let systemCalls: Bool
  public let paths: Bool

  init(_ granted: Int) {
    func has(_ bit: Int) -> Bool { granted & bit != 0 }
    limits = has(Int(CSANDBOX_LIMITS))
    privileges = has(Int(CSANDBOX_PRIVILEGES))
    systemCalls = has(Int(CSANDBOX_SYSTEM_CALLS))
    paths = has(Int(CSANDBOX_PATHS))
  }

  /// In words, what is there first.
  public var text: String {
    let all = [
      (limits, "resource limits"), (privileges, "no new privileges"), (systemCalls, "system calls (seccomp)"),
      (paths, "paths (Landlock)"),
    ]
    let (there, lacking) = (all.filter(\.0).map(\.1), all.filter { !$0.0 }.map(\.1))
    return (there.isEmpty ? "none" : there.joined(separator: ", "))
      + (lacking.isEmpty ? "" : "; refused by this kernel: \(lacking.joined(separator: ", "))")
  }
}
