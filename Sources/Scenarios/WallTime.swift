/// What clocks and calendars show, without a place.
package struct WallTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00 on the same clock.
    package var secondsSince1970: Int

    /// From seconds since 1970-01-01T00:00:00 on the same clock.
    package init(secondsSince1970: Int) { self.secondsSince1970 = secondsSince1970 }

    /// Nil where the calendar has no such day or the clock no such time (24:00 is the next day's start).
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...12).contains(month), (1...WallTime.days(in: month, of: year)).contains(day), (0...24).contains(hour),
            (0...59).contains(minute), (0...59).contains(second), hour < 24 || (minute == 0 && second == 0)
        else { return nil }
        secondsSince1970 =
            WallTime.daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// The clock's part of `2024-01-15T12:00:00+01:00`; nil where it is no such text.
    package init?(iso8601 text: String) {
        let fields = text.prefix(19).split { "-T:".contains($0) }.map { Int($0) }
        guard text.count >= 16, fields.count >= 5, let year = fields[0], let month = fields[1], let day = fields[2],
            let hour = fields[3], let minute = fields[4]
        else { return nil }
        self.init(
            year: year, month: month, day: day, hour: hour, minute: minute,
            second: fields.count > 5 ? fields[5] ?? 0 : 0)
    }

    /// Days since 1970-01-01.
    package var dayNumber: Int { Int((Double(secondsSince1970) / 86_400).rounded(.down)) }
    /// Seconds since midnight.
    package var secondOfDay: Int { secondsSince1970 - dayNumber * 86_400 }
    /// 0...59
    package var second: Int { secondOfDay % 60 }
    /// Day of the week.
    package var weekday: Weekday { Weekday.allCases[(((dayNumber + 3) % 7) + 7) % 7] }

    /// `2024-01-15`
    package var date: String {
        let (year, month, day) = WallTime.civil(dayNumber)
        return "\(year)-\(twoDigitText(month))-\(twoDigitText(day))"
    }
    /// Day of the month, 1...31.
    package var day: Int { WallTime.civil(dayNumber).2 }
    /// `Jan`
    package var monthName: String {
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][
            WallTime.civil(dayNumber).1 - 1]
    }
    /// `17:40`
    package var clock: String { "\(twoDigitText(secondOfDay / 3600)):\(twoDigitText(secondOfDay / 60 % 60))" }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // Proleptic Gregorian calendar, days counted from March so that the leap day is the last (H. Hinnant's derivation).
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    package static func civil(_ dayNumber: Int) -> (Int, Int, Int) {
        let z = dayNumber + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

/// Days of the week, Monday first; raw values are those of scenario files.
package enum Weekday: String, Sendable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun
    /// `Mon`
    package var shortName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

/// At least two digits.
package func twoDigitText(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
