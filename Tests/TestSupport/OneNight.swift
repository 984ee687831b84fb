/// One night with one car, prices in the text: no file is read.
package let oneNight = """
    name: a night
    horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: Europe/Amsterdam }
    tariff: { import: { values: [0.4, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.4], step: 1h }, export: 0.15 }
    vehicles:
      - id: ev1
        battery: { capacity_kwh: 60, soc_start: 0.5, soc_end: 0.7, ageing: none }
        charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95, discharge_efficiency: 0.95 }
        plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.7 }]
    """
