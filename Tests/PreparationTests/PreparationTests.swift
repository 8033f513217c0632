import Testing

@Suite struct PreparationTests {}
