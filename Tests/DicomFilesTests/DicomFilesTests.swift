import Testing

@Suite struct DicomFilesTests {}
