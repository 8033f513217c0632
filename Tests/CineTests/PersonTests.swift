import Testing

@testable import Cine

/// What is believed of a person's size, weight, sex and age.
@Suite struct PersonTests {
  @Test func whatIsPossibleIsKept() {
    let (person, warnings) = Person.checked(sex: "F ", metres: 1.68, kilograms: 62.5, age: "045Y")
    #expect(person == Person(sex: .female, height: 168, weight: 62.5, age: 45) && warnings.isEmpty)
    #expect(abs((person.bodySurface ?? 0) - 1.708) < 0.001)
  }

  @Test func centimetresAreTakenForWhatTheyAreAndSaid() {
    let (person, warnings) = Person.checked(sex: "M", metres: 184, kilograms: 95, age: "")
    #expect(person.height == 184 && warnings.map(\.code) == ["size_in_centimetres"])
    #expect(warnings[0].text.contains("184"))
  }

  @Test(arguments: [(3.2, 70.0), (0.02, 70), (300, 70), (-1.7, 70), (1.7, 700), (1.7, -3), (1.7, 0.1)])
  func whatIsImpossibleIsMissingAndSaid(_ metres: Double, _ kilograms: Double) {
    let (person, warnings) = Person.checked(sex: "", metres: metres, kilograms: kilograms, age: "")
    #expect(person.bodySurface == nil && warnings.map(\.code) == ["impossible_person"])
  }

  @Test func whatNobodyTypedInIsMissingQuietly() {
    let (person, warnings) = Person.checked(sex: "O", metres: 0, kilograms: 0, age: "000X")
    #expect(!person.isKnown && warnings.isEmpty && person.bodySurface == nil)
  }

  @Test(arguments: [("045Y", 45.0), ("018M", 1.5), ("003D", 3 / 365.25), (" 090Y", 90)])
  func ageStrings(_ text: String, _ years: Double) { #expect(Person.years(text) == years) }

  @Test(arguments: ["", "Y", "45", "-01Y", "999Y", "4 5"]) func noAge(_ text: String) {
    #expect(Person.years(text) == nil)
  }
}
