import DicomFiles
import Volumes

/// What the name of a volume file says: whose it is, which series, which moment of the heartbeat, and whether it holds
/// labels. What the layouts of UK Biobank's converter, ACDC, M&Ms, BIDS and dcm2niix have in common: words that say what it
/// is, and the rest, which says whose.
struct SubjectName: Hashable {
  /// What is left without the words below, spelt as it was: "patient001"; empty where its folder is the subject.
  private(set) var subject = ""
  /// Words that say which series of the subject it is, in small letters: "la 4ch".
  private(set) var series: [String] = []
  /// End-diastole is 0 and end-systole 1, or a frame's own number, where it is a single moment.
  private(set) var moment: Int?
  private(set) var isLabel = false
  /// False where the name has no word that says what it is: nobody knows then what it has to do with its neighbours.
  private(set) var isTold = false
  /// BIDS: "sub-01" and "ses-1".
  private(set) var entities: [String] = []

  /// `folders` are those of the file's folders that say what is in them, outermost first.
  init(_ stem: String, folders: [String] = [], _ names: ViewNames) {
    for folder in folders { read(Self.words(folder), names, isFolder: true) }
    read(Self.words(stem), names, isFolder: false)
  }

  /// A folder that says what is in it, and not whose: "SAX", "cine", "anat", "labels".
  static func isKind(_ folder: String, _ names: ViewNames) -> Bool {
    let name = SubjectName("", folders: [folder], names)
    return name.entities.isEmpty && name.subject.isEmpty && folder.contains { $0.isLetter || $0.isNumber }
  }

  /// Without the suffixes that say how it is written, in any case.
  static func stem(_ file: String) -> String {
    var stem = file[...]
    for suffix in [".gz", ".nii", ".hdr"] where stem.count > suffix.count && stem.lowercased().hasSuffix(suffix) {
      stem = stem.dropLast(suffix.count)
    }
    return String(stem)
  }

  // MARK: Words

  /// Words that say no more than that there are pictures; BIDS names folders so.
  private static let plainWords: Set<String> = [
    "image", "images", "img", "imagestr", "imagests", "nifti", "nii", "volume", "vol", "mri", "mr", "cmr", "anat",
    "func", "heart", "cardiac",
  ]
  private static let cineWords: Set<String> = ["cine", "4d"]
  private static let moments = ["ed": 0, "diastole": 0, "diastolic": 0, "es": 1, "systole": 1, "systolic": 1]

  private struct Word {
    var text: String
    /// What stood before it.
    var separator: String
    var small: String { text.lowercased() }
  }

  private static func words(_ text: String) -> [Word] {
    var (words, separator, word) = ([Word](), "", "")
    for c in text {
      if c.isLetter || c.isNumber {
        word.append(c)
        continue
      }
      if !word.isEmpty {
        words.append(Word(text: word, separator: separator))
        (word, separator) = ("", "")
      }
      separator.append(c)
    }
    return word.isEmpty ? words : words + [Word(text: word, separator: separator)]
  }

  private mutating func read(_ words: [Word], _ names: ViewNames, isFolder: Bool) {
    var i = 0
    while i < words.count {
      let (word, next) = (words[i], i + 1 < words.count ? words[i + 1] : nil)
      i += 1
      let small = word.small
      if let next, next.separator == "-", small == "sub" || small == "ses" {
        entities.append("\(small)-\(next.text)")
        isTold = true
        i += 1
      } else if LabelWords.contains(small) {
        (isLabel, isTold) = (true, true)
      } else if let moment = Self.moments[small] ?? Self.frame(small) {
        (self.moment, isTold) = (moment, true)
      } else if small == "frame" || small == "phase", let number = next.flatMap({ Int($0.text) }) {
        (moment, isTold) = (number, true)
        i += 1
      } else if Self.cineWords.contains(small) {
        isTold = true
      } else if names.view(small) != nil || names.isOther(small) && (i > 1 || words.count == 1) {
        // Some words of other pictures are people's initials too, where they come first: "PA_sax".
        series.append(small)
        isTold = true
      } else if let next, names.view(small + next.small) != nil {
        series += [small, next.small]
        isTold = true
        i += 1
      } else if small.count == 14, small.allSatisfy(\.isNumber), !isFolder {
        // dcm2niix: the time, then the number of the series.
        return
      } else if !Self.plainWords.contains(small) {
        subject += (subject.isEmpty ? "" : word.separator) + word.text
      }
    }
  }

  /// "frame01".
  private static func frame(_ word: String) -> Int? {
    ["frame", "phase"].lazy.compactMap { word.hasPrefix($0) ? Int(word.dropFirst($0.count)) : nil }.first
  }
}
