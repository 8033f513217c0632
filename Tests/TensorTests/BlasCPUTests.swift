import Testing

@testable import Tensor

@Suite struct BlasCPUTests {
  static let avx512: ProcessorFlags = .init(["avx2", "fma", "avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"])
  static let avx2: ProcessorFlags = .init(["avx2", "fma", "sse4_2"])

  @Test func flagsAreReadFromTheFirstProcessor() {
    let text =
      "processor\t: 0\nmodel name\t: A: B\nflags\t\t: fpu avx2\tfma\nbugs\t: x\n\nprocessor\t: 1\nflags\t\t: fpu\n"
    #expect(ProcessorFlags(cpuinfo: text).names == ["fpu", "avx2", "fma"])
    #expect(ProcessorFlags(cpuinfo: "Features\t: fp asimd\n").names == [])
    #expect(ProcessorFlags(cpuinfo: "").names == [])
  }

  @Test(
    arguments: [
      (avx512, "Haswell", "SkylakeX"), (avx512, "Zen", "SkylakeX"), (avx512, "Prescott", "SkylakeX"),
      (avx512, "SkylakeX", nil), (avx512, "Cooperlake", nil), (avx2, "Haswell", nil), (avx2, "Zen", nil),
      (avx2, "Sandybridge", "Haswell"), (avx2, "Prescott", "Haswell"), (ProcessorFlags(["sse4_2"]), "Prescott", nil),
      (ProcessorFlags([]), "armv8", nil),
    ] as [(ProcessorFlags, String, String?)])
  func widestKernelsAreWanted(_ processor: ProcessorFlags, inUse: String, wanted: String?) {
    #expect(BlasCPU.wanted(inUse: inUse, processor: processor) { _ in nil } == wanted)
  }

  /// Half of AVX-512 is no AVX-512: OpenBLAS's kernels use all five parts.
  @Test func partsOfAVX512AreNotEnough() {
    let half = ProcessorFlags(Self.avx512.names.subtracting(["avx512vl"]))
    #expect(BlasCPU.best(for: half) == "Haswell")
  }

  @Test(arguments: [BlasCPU.keepVariable, BlasCPU.guardVariable])
  func whatTheUserSetStands(_ name: String) {
    #expect(BlasCPU.wanted(inUse: "Prescott", processor: Self.avx512) { $0 == name ? "Nehalem" : nil } == nil)
  }

  @Test func kernelsBelowTheProcessorsAreOverruled() {
    let set: (String) -> String? = { $0 == BlasCPU.variable ? "Haswell" : nil }
    #expect(BlasCPU.wanted(inUse: "Haswell", processor: Self.avx512, environment: set) == "SkylakeX")
    #expect(BlasCPU.wanted(inUse: "Haswell", processor: Self.avx2, environment: set) == nil)
  }

  @Test func buildsForOtherProcessorsAreNoticed() {
    #expect(ProcessorFlags.missing() == [])
    #expect(ProcessorFlags.missing(builtFor: Self.avx512, on: Self.avx2).count == 5)
    #expect(ProcessorFlags.missing(builtFor: Self.avx512, on: .init([])) == [])
  }
}
