"""The day of Ageing.docc/Cells.md section 3 as states of charge at its 97 quarter-hour boundaries, from 18:00 to 18:00.

60 kWh; trips of 3.5 kWh at 08:00-08:30 and 17:30-18:00; at home from 18:00 to 08:00; 7.4 kW, 93 % each way.
"""
import math

CAPACITY_KWH, TRIP_KWH, SOLD_KWH = 60.0, 3.5, 12.0
IN_KWH, OUT_KWH = 7.4 * 0.93 / 4, 7.4 / 0.93 / 4  # into and out of the cells in a quarter of an hour
DEPARTURE = 56  # 08:00
TRIPS = (56, 57, 94, 95)


def day(top, plugged):
    path = [top * CAPACITY_KWH - 2 * TRIP_KWH]
    for step in range(96):
        energy = plugged(path[-1], step) if step < DEPARTURE else path[-1]
        path.append(energy - (TRIP_KWH / 2 if step in TRIPS else 0))
    return [energy / CAPACITY_KWH for energy in path]


def immediate(top):
    return day(top, lambda energy, step: max(energy, min(top * CAPACITY_KWH, energy + IN_KWH)))


def just_in_time(top, sold):
    low = top * CAPACITY_KWH - 2 * TRIP_KWH - sold
    first = DEPARTURE - math.ceil((top * CAPACITY_KWH - low) / IN_KWH)
    return day(top, lambda energy, step: min(top * CAPACITY_KWH, energy + IN_KWH) if step >= first else max(low, energy - OUT_KWH))


STRATEGIES = {
    "immediate to 100": immediate(1.0),
    "immediate to 80": immediate(0.8),
    "v1x to 80": just_in_time(0.8, 0),
    "v2x to 80": just_in_time(0.8, SOLD_KWH),
}


def write_csv(path, soc, step_minutes=15, temperature=None):
    """A trace as `v2x cells --trace` reads it."""
    from datetime import datetime, timedelta

    start = datetime(2023, 1, 1)
    with open(path, "w") as file:
        file.write("time,soc" + (",temperature_c" if temperature is not None else "") + "\n")
        for index, value in enumerate(soc):
            row = f"{(start + timedelta(minutes=step_minutes * index)).isoformat()}Z,{float(value)!r}"
            file.write(row + (f",{float(temperature[index])!r}" if temperature is not None else "") + "\n")
