import Testing

@Suite struct CineTests {}
