import Scenarios

/// Where a source of charging sessions has their times and energies: a line in `SessionSources`.
struct SessionSource: Sendable {
    var name: String
    var title: String
    /// Columns of a table, or keys of a record, that all of its files have; compared without case and marks.
    var needs: [String]
    /// A date and time; a date, and a time in a second column.
    var from: [String]
    var to: [String]
    /// The first that is there, in kWh.
    var energy: [String]
    var id: [String] = []
    var vehicle: String?
    var power: String?
    /// Of times without an offset; nil: the scenario's.
    var zone: String?
    /// Columns with the zone of each time, `PDT`.
    var zoneColumns: [String] = []
    /// Nil: as the file shows.
    var isDayFirst: Bool?
    /// Whether it is JSON.
    var isJSON = false
}

/// The sources of sessions that are known by their columns or keys.
enum SessionSources {
    static let all: [SessionSource] = [
        SessionSource(
            name: "elaadnl", title: "ElaadNL open transactions (CSV), times in UTC",
            needs: ["UTCTransactionStart", "UTCTransactionStop", "TotalEnergy"], from: ["UTCTransactionStart"],
            to: ["UTCTransactionStop"], energy: ["TotalEnergy"], id: ["TransactionId"], power: "MaxPower", zone: "UTC",
            isDayFirst: true),
        SessionSource(
            name: "chargepoint", title: "ChargePoint export (CSV): Palo Alto",
            needs: ["Start Date", "End Date", "Energy (kWh)"], from: ["Start Date"], to: ["End Date"],
            energy: ["Energy (kWh)"], id: ["Plug In Event Id"], zoneColumns: ["Start Time Zone", "End Time Zone"],
            isDayFirst: false),
        SessionSource(
            name: "boulder", title: "ChargePoint export (CSV): Boulder",
            needs: ["Start_Date___Time", "End_Date___Time"],
            from: ["Start_Date___Time"], to: ["End_Date___Time"], energy: ["Energy__kWh_", "Energy_kWh"],
            zoneColumns: ["Start_Time_Zone", "End_Time_Zone"], isDayFirst: false),
        SessionSource(
            name: "dundee", title: "Dundee City Council (CSV)",
            needs: ["Start Date", "Start Time", "End Date", "Total kWh"],
            from: ["Start Date", "Start Time"], to: ["End Date", "End Time"], energy: ["Total kWh"],
            id: ["Charging event"], zone: "Europe/London", isDayFirst: true),
        SessionSource(
            name: "evccsessions", title: "evcc sessions (CSV, German)",
            needs: ["Startzeit", "Endzeit", "Energie (kWh)"],
            from: ["Startzeit"], to: ["Endzeit"], energy: ["Energie (kWh)", "Geladene Energie (kWh)"],
            vehicle: "Fahrzeug"),
        SessionSource(
            name: "evccsessions", title: "evcc sessions (CSV, English)", needs: ["Created", "Finished", "Vehicle"],
            from: ["Created"], to: ["Finished"], energy: ["Charged Energy (kWh)", "Energy (kWh)"], vehicle: "Vehicle"),
        SessionSource(
            name: "evccsessions", title: "evcc sessions (JSON)", needs: ["created", "finished", "chargedEnergy"],
            from: ["created"], to: ["finished"], energy: ["chargedEnergy"], id: ["id"], vehicle: "vehicle", isJSON: true
        ),
        SessionSource(
            name: "ocpi", title: "OCPI charge detail records (JSON)", needs: ["start_date_time", "total_energy"],
            from: ["start_date_time"], to: ["end_date_time", "stop_date_time"], energy: ["total_energy"], id: ["id"],
            zone: "UTC", isJSON: true),
        SessionSource(
            name: "zaptec", title: "Zaptec charge history (JSON)", needs: ["StartDateTime", "EndDateTime", "Energy"],
            from: ["StartDateTime"], to: ["EndDateTime"], energy: ["Energy"], id: ["Id"], zone: "UTC", isJSON: true),
    ]

    /// Each name once, with the title of its first line.
    static let names: [(name: String, title: String)] = {
        var found: [(name: String, title: String)] = []
        for source in all where !found.contains(where: { $0.name == source.name }) {
            found.append((source.name, source.title))
        }
        return found
    }()
}
