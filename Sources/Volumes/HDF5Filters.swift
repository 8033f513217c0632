/// Names of the filters that HDF5 files are found with (the HDF Group's list of registered filters).
enum HDF5Filters {
  private static let names: [Int32: String] = [
    1: "deflate", 2: "shuffle", 3: "Fletcher32", 4: "szip", 5: "N-bit", 6: "scale-offset", 305: "LZO", 307: "bzip2",
    32000: "LZF", 32001: "Blosc", 32002: "MAFISC", 32003: "Snappy", 32004: "LZ4", 32005: "APAX", 32006: "CBF",
    32007: "JPEG-XR", 32008: "bitshuffle", 32009: "SPDP", 32010: "LPC-Rice", 32011: "CCSDS-123", 32012: "JPEG-LS",
    32013: "zfp", 32014: "fpzip", 32015: "Zstandard", 32016: "B3D", 32017: "SZ", 32018: "FCIDECOMP", 32019: "JPEG",
    32020: "VBZ", 32021: "FAPEC", 32022: "BitGroom", 32023: "Granular BitRound", 32024: "SZ3", 32025: "Delta-Rice",
    32026: "Blosc2", 32027: "FLAC", 32028: "H5Z-SPERR",
  ]

  /// "32001 (Blosc)"; else by what the file calls it, if anything.
  static func text(_ number: Int32, _ called: String) -> String {
    let name = names[number] ?? (called.isEmpty ? nil : called)
    return "\(number)\(name.map { " (\($0))" } ?? "")"
  }
}
