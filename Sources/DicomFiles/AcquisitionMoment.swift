/// When pictures were acquired: Acquisition DateTime (0008,002A), else Acquisition Date (0008,0022) and Time (0008,0032),
/// else the time alone (PS3.3 C.7.6.1), in microseconds.
enum AcquisitionMoment {
  /// One a picture, comparable with each other: all from the same elements. Nil for those that have none.
  static func values(_ images: [DicomImage]) -> [Double?] {
    let written = images.map { dateTime($0.trait(\.acquisitionDateTime)) }
    // Local times and those with an offset from UTC are on different clocks.
    let isOneClock = Set(written.map { $0?.hasOffset }).count == 1
    let whole = isOneClock ? written.map { $0?.value } : written.map { _ in nil }
    let dated = images.map { image in
      date(image.header.acquisitionDate).flatMap { day in time(image.header.acquisitionTime).map { day + $0 } }
    }
    let times = afterTheLongestPause(images.map { time($0.header.acquisitionTime) })
    // A scanner can give one moment to a whole series in one element, and to each picture in another.
    func worth(_ values: [Double?]) -> Int {
      let known = values.compactMap { $0 }
      return known.count == values.count ? Set(known).count : 0
    }
    return [dated, times].reduce(whole) { worth($1) > worth($0) ? $1 : $0 }
  }

  private static let day = 86_400e6

  /// Without a date, 0 h follows 24 h: the pictures of one place begin after the longest pause of the day.
  private static func afterTheLongestPause(_ times: [Double?]) -> [Double?] {
    let sorted = Set(times.compactMap { $0 }).sorted()
    guard let first = sorted.first, let last = sorted.last else { return times }
    var (start, longest) = (first, first + day - last)
    for (a, b) in zip(sorted, sorted.dropFirst()) where b - a > longest { (start, longest) = (b, b - a) }
    return times.map { $0.map { $0 < start ? $0 + day : $0 } }
  }

  /// "HHMMSS.FFFFFF" from the left as far as it goes, or "HH:MM:SS" of ACR-NEMA (PS3.5 section 6.2, TM).
  private static func time(_ text: String) -> Double? {
    let parts = text.filter { $0 != ":" && $0 != " " }.split(separator: ".", maxSplits: 1)
    guard let whole = parts.first, let digits = digits(whole), [2, 4, 6].contains(digits.count) else { return nil }
    func two(_ i: Int) -> Int { i < digits.count ? 10 * digits[i] + digits[i + 1] : 0 }
    guard two(0) < 24, two(2) < 60, two(4) <= 60 else { return nil }
    let fraction = parts.count > 1 ? Double("0." + parts[1]).map { ($0 * 1e6).rounded() } : 0
    return fraction.map { Double(two(0) * 3600 + two(2) * 60 + two(4)) * 1e6 + $0 }
  }

  /// "YYYYMMDD", or "YYYY.MM.DD" of ACR-NEMA, from the year 2000: microseconds stay whole numbers of a Double.
  private static func date(_ text: String) -> Double? {
    guard let d = digits(text.filter { $0 != "." && $0 != " " }), d.count == 8 else { return nil }
    let (y, m, n) = (d[..<4].reduce(0) { 10 * $0 + $1 }, 10 * d[4] + d[5], 10 * d[6] + d[7])
    guard (1900...2199).contains(y), (1...12).contains(m), (1...31).contains(n) else { return nil }
    // Days of the Gregorian calendar, years beginning in March.
    let (year, month) = m > 2 ? (y, m - 3) : (y - 1, m + 9)
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + n - 1
    return Double(days - 730_425) * day
  }

  /// "YYYYMMDDHHMMSS.FFFFFF&ZZXX" (PS3.5 section 6.2, DT).
  private static func dateTime(_ text: String) -> (value: Double, hasOffset: Bool)? {
    let sign = text.lastIndex { $0 == "+" || $0 == "-" }
    let local = text[..<(sign ?? text.endIndex)]
    guard let day = date(String(local.prefix(8))), let time = time(String(local.dropFirst(8))) else { return nil }
    guard let sign else { return (day + time, false) }
    guard let zone = digits(text[sign...].dropFirst().filter { $0 != " " }), zone.count == 4 else { return nil }
    let minutes = 60 * (10 * zone[0] + zone[1]) + 10 * zone[2] + zone[3]
    return (day + time - Double(text[sign] == "-" ? -minutes : minutes) * 60e6, true)
  }

  private static func digits(_ text: some StringProtocol) -> [Int]? {
    let all = text.utf8.map { Int($0) - 48 }
    return all.allSatisfy { (0...9).contains($0) } ? all : nil
  }
}
