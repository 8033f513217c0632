import Testing

@Suite struct PhantomTests {}
