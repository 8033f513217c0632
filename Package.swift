// swift-tools-version: 6.1
import PackageDescription

/// Warnings are errors: a warning that stays is a warning that nobody reads.
let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

/// Numeric rooms are optimised in debug builds too: tests over them would take minutes otherwise.
let fast: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Kernels are compiled for the machine that builds them, which is the one that runs them; the program says so before
/// anything else where it is not (ProcessorFlags.missing).
#if arch(x86_64)
  let kernels: [SwiftSetting] = fast + [.unsafeFlags(["-Xcc", "-march=native"])]
#else
  let kernels = fast
#endif

/// A room of the house: its folder under Sources and the rooms that it may import (held by LayeringTests).
func room(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one room.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "cinecor",
  products: [.executable(name: "cinecor", targets: ["cinecor"])],
  targets: [
    // C libraries
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CChafa", pkgConfig: "chafa", providers: [.apt(["libchafa-dev", "libglib2.0-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "COpenJPEG", pkgConfig: "libopenjp2", providers: [.apt(["libopenjp2-7-dev"])]),
    .systemLibrary(name: "CCharLS", pkgConfig: "charls", providers: [.apt(["libcharls-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "CSandbox"),
    .target(name: "CToml"),
    .target(name: "CHDF5", linkerSettings: [.linkedLibrary("hdf5_serial")]),
    .target(name: "CCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(
      name: "CDicom",
      linkerSettings: [
        "dcmjpeg", "ijg8", "ijg12", "ijg16", "dcmimage", "dcmimgle", "dcmdata", "oflog",
        "ofstd", "z",
      ].map { .linkedLibrary($0) }),

    // Rooms
    room("Plain", [], fast),
    .target(name: "Cine", dependencies: ["Plain"], swiftSettings: strict, linkerSettings: [.linkedLibrary("m")]),
    room("Tensor", ["COpenBLAS"], kernels),
    room("Networks", ["Plain", "Tensor"], fast),
    room("DicomFiles", ["Plain", "Cine", "CDicom", "CCharLS", "COpenJPEG"]),
    room("Volumes", ["Plain", "Cine", "CHDF5", "CPNG", "CZlib"], fast),
    room("Intake", ["Plain", "Cine", "DicomFiles", "Volumes", "CSandbox", "CArchive", "CZlib"], fast),
    room("Quality", ["Plain", "Cine"], fast),
    room("Preparation", ["Cine"], fast),
    room("Contours", ["Plain", "Cine", "Preparation", "Networks"], fast),
    room("Findings", ["Plain", "Cine", "Preparation", "Contours", "Networks", "Tensor"], fast),
    room("Phantom", ["Plain", "Cine"], fast),
    room("Training", ["Plain", "Cine", "Networks", "Tensor", "Preparation", "Contours"], fast),
    room("Catalog", ["Cine", "CSQLite"]),
    room(
      "Learning", ["Plain", "Cine", "Findings", "Networks", "Phantom", "Preparation", "Tensor", "Training"], fast),
    room("Workup", ["Plain", "Cine", "Intake", "Preparation", "Contours", "Findings", "Catalog"]),
    room("Terminal", ["Plain", "CCurses", "CChafa", "CZlib"], fast),
    room("Viewer", ["Plain", "Cine", "Terminal"], fast),
    room("Settings", ["CToml"]),
    .executableTarget(
      name: "cinecor",
      dependencies: [
        "Plain", "Cine", "Tensor", "Networks", "DicomFiles", "Volumes", "Intake", "Quality", "Preparation", "Contours",
        "Findings", "Phantom", "Training", "Learning", "Catalog", "Workup", "Terminal", "Viewer", "Settings",
      ],
      swiftSettings: strict),

    // Tests
    .target(
      name: "TestSupport", dependencies: ["Plain", "Tensor", "Networks", "Cine", "DicomFiles", "Intake"],
      path: "Tests/Support",
      swiftSettings: fast),
    tests("Plain", ["Plain"]),
    tests("Cine", ["Cine"]),
    tests("Tensor", ["Tensor"]),
    tests("Networks", ["Networks", "Tensor"]),
    tests("DicomFiles", ["Plain", "DicomFiles", "Intake", "Cine"]),
    tests("Volumes", ["Plain", "Volumes", "Cine"]),
    tests("Intake", ["Plain", "Intake", "DicomFiles", "Cine", "CSandbox"]),
    tests("Quality", ["Quality", "Cine"]),
    tests("Contours", ["Contours", "Preparation", "Cine"]),
    tests("Preparation", ["Preparation", "Cine", "Networks", "Intake"]),
    tests(
      "Findings",
      ["Plain", "Findings", "Networks", "Tensor", "Cine", "Preparation", "Contours", "Volumes", "Intake", "Phantom"]),
    tests("Phantom", ["Phantom", "Cine"]),
    tests("Training", ["Plain", "Training", "Networks", "Tensor"], exclude: ["Goldens"]),
    tests("Learning", ["Learning", "Findings", "Cine", "Networks", "Preparation", "Tensor", "Training"]),
    tests("Catalog", ["Catalog", "Cine"]),
    tests(
      "Workup", ["Workup", "Cine", "Preparation", "Contours", "Networks", "Tensor", "Findings", "Catalog"]),
    tests("Terminal", ["Plain", "Terminal", "CZlib"]),
    tests("Viewer", ["Plain", "Viewer", "Terminal", "Cine"], exclude: ["Snapshots"]),
    tests("Settings", ["Settings"]),
    tests("Layering", []),
    tests("EndToEnd", ["Plain", "Cine", "DicomFiles", "Findings", "Networks", "Tensor"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// libFuzzer wants every room compiled with its instruments: see Tests/Fuzz and `make fuzz`.
if Context.environment["CINECOR_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CHDF5", "CSandbox", "Cine", "Contours", "DicomFiles", "Intake", "Networks", "Tensor", "Terminal", "Volumes",
      ],
      path: "Tests/Fuzz", exclude: ["run"], swiftSettings: fast))
}
