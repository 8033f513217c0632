import Glibc

/// Which of OpenBLAS's kernels fit this processor. Debian's OpenBLAS 0.3.21 does not know recent processors and falls
/// back to older kernels, at half the speed; it can be told by OPENBLAS_CORETYPE, which it reads as it is loaded.
public enum BlasCPU {
  /// OpenBLAS's variable. What environments hold is often some machine's least common kernels, at half the speed of
  /// this one's, so it is overruled unless `keepVariable` is set.
  public static let variable = "OPENBLAS_CORETYPE"
  /// Set to anything by users who want OpenBLAS's own choice, or that of `variable`, to stand.
  public static let keepVariable = "CINECOR_KEEP_BLAS"
  /// Set by us before starting anew, so that it happens once even where OpenBLAS does not obey.
  static let guardVariable = "CINECOR_BLAS_CHOSEN"

  /// How wide a core's kernels are: 3 for AVX-512, 2 for AVX2 with FMA, 1 for AVX, 0 for less and for unknown names.
  static func rank(_ core: String) -> Int {
    switch core.lowercased() {
    case "skylakex", "cooperlake", "sapphirerapids": 3
    case "haswell", "zen", "excavator": 2
    case "sandybridge", "bulldozer", "piledriver", "steamroller": 1
    default: 0
    }
  }

  /// The widest kernels that the processor runs, by OpenBLAS's name; nil where it has neither AVX-512 nor AVX2.
  public static func best(for processor: ProcessorFlags) -> String? {
    if processor.names.isSuperset(of: ["avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"]) {
      return "SkylakeX"
    }
    return processor.names.isSuperset(of: ["avx2", "fma"]) ? "Haswell" : nil
  }

  /// The core to ask for, or nil where the one in use is as good, or where `environment` forbids.
  public static func wanted(
    inUse core: String, processor: ProcessorFlags, environment: (String) -> String?
  ) -> String? {
    guard environment(keepVariable) == nil, environment(guardVariable) == nil, let best = best(for: processor),
      rank(best) > rank(core)
    else { return nil }
    return best
  }

  /// To be the program's first line: starts the program anew, with the same arguments, where OpenBLAS took kernels worse
  /// than the processor's own. It does not come back then; it comes back where nothing needs to be done or can be.
  public static func reexecuteIfNeeded() {
    let core = wanted(inUse: Blas.core, processor: .current) { name in getenv(name).map { String(cString: $0) } }
    if let core { reexecute(setting: [(variable, core), (guardVariable, "1")]) }
  }

  /// Same arguments, same process number, open files kept. Comes back only where it fails, the environment as before.
  static func reexecute(setting values: [(name: String, value: String)]) {
    for (name, value) in values { setenv(name, value, 1) }
    // By the file's own path where it still has one, so that the process keeps its name.
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let n = readlink("/proc/self/exe", &path, Int(PATH_MAX))
    if n > 0, n < Int(PATH_MAX) { execv(path, CommandLine.unsafeArgv) }
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    for (name, _) in values { unsetenv(name) }
  }
}
