import CDicom

public enum DicomLibrary {
  /// Loads all that DCMTK and the C library load late otherwise: the data dictionary, codecs, character sets. Afterwards
  /// no file is opened but those that are read.
  public static func prepare() { cdicom_prepare() }
}
