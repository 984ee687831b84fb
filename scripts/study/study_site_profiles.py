"""Load and PV of the two sites of scenarios/study-value-streams, hourly for 2024: made up, but from stated ingredients.

Load   = a base, plus a daily shape (weekday and weekend), times a season (a cosine, highest in mid-January), times noise.
         Household 3,500 kWh a year (about a Dutch household with gas heating); depot 120,000 kWh (an office with a workshop).
PV     = panels facing south at 35 degrees, latitude 52.1 N, longitude 5.2 E: solar geometry (declination by Cooper's
         formula), clear-sky beam and diffuse light after Haurwitz and isotropic sky, times the day's clearness, a
         first-order autoregressive number between 0.1 and 1 (seeded), scaled to 900 kWh a year and kWp (PVGIS, De Bilt).
Feeder = everybody else on it: 40 such homes (noise averaged out) on the household's, 600 kW at the peak of homes and
         shops on the depot's.
Nothing is drawn but from random.Random(SEED): the same files each time.
"""

import math
import random
import sys
from datetime import datetime, timedelta, timezone

SEED = 2024
HOUSE = {"weekday": [2, 2, 2, 2, 2, 3, 6, 8, 6, 4, 4, 4, 5, 4, 4, 5, 7, 11, 12, 11, 10, 9, 6, 3], "weekend": [
    3, 2, 2, 2, 2, 2, 3, 5, 7, 8, 7, 7, 8, 7, 6, 6, 8, 11, 12, 11, 10, 9, 7, 4]}
DEPOT = {"weekday": [3, 3, 3, 3, 3, 4, 7, 10, 12, 13, 13, 13, 12, 13, 13, 12, 11, 8, 5, 4, 4, 3, 3, 3], "weekend": [3] * 24}


def load(hours, shape, kwh, season, noise, generator):
    raw = []
    for moment, wall in hours:
        form = shape["weekend" if wall.weekday() >= 5 else "weekday"][wall.hour]
        year = 1 + season * math.cos(2 * math.pi * (moment.timetuple().tm_yday - 15) / 366)
        raw.append(form * year * max(0.2, generator.gauss(1, noise)))
    scale = kwh / sum(raw)
    return [value * scale for value in raw]


def sun(hours, kwp, generator):
    latitude, longitude, tilt = math.radians(52.1), 5.2, math.radians(35)
    clearness, day, raw = 0.5, None, []
    for moment, _ in hours:
        number = moment.timetuple().tm_yday
        if number != day:
            day = number
            middle = 0.52 - 0.12 * math.cos(2 * math.pi * (number - 172 + 183) / 366)
            clearness = min(1, max(0.1, middle + 0.45 * (clearness - middle) + generator.gauss(0, 0.22)))
        declination = math.radians(23.45) * math.sin(2 * math.pi * (284 + number) / 365)
        angle = math.radians(15 * (moment.hour + 0.5 + longitude / 15 - 12))
        height = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(angle)
        if height <= 0.01:
            raw.append(0.0)
            continue
        face = math.sin(latitude - tilt) * math.sin(declination) + math.cos(latitude - tilt) * math.cos(
            declination) * math.cos(angle)
        clear = 1098 * height * math.exp(-0.057 / height)
        diffuse = clear * (0.9 - 0.75 * clearness)
        beam = max(0.0, clear * clearness - diffuse * clearness)
        raw.append(max(0.0, face) / max(height, 0.1) * beam + diffuse * clearness * (1 + math.cos(tilt)) / 2)
    scale = 900 * kwp / sum(raw)
    return [min(kwp, value * scale) for value in raw]


def summer_time(moment):
    """Whether Dutch clocks are an hour ahead in 2024."""
    return datetime(2024, 3, 31, 1, tzinfo=timezone.utc) <= moment < datetime(2024, 10, 27, 1, tzinfo=timezone.utc)


def main(folder):
    start = datetime(2023, 12, 31, 23, tzinfo=timezone.utc)
    hours = []
    for index in range(366 * 24):
        moment = start + timedelta(hours=index)
        hours.append((moment, moment + timedelta(hours=2 if summer_time(moment) else 1)))
    for site, shape, kwh, season, noise, kwp, others in [
        ("household", HOUSE, 3500, 0.25, 0.25, 4, 40 * 3500), ("depot", DEPOT, 120_000, 0.15, 0.06, 60, 2_200_000)
    ]:
        generator = random.Random(f"{SEED} {site}")
        series = zip(
            hours, load(hours, shape, kwh, season, noise, generator), sun(hours, kwp, generator),
            load(hours, HOUSE, others, 0.25, 0.04, generator))
        with open(f"{folder}/{site}/site.csv", "w") as file:
            file.write("time,load_kw,pv_kw,feeder_kw\n")
            for (moment, _), used, made, feeder in series:
                file.write(f"{moment:%Y-%m-%dT%H:%MZ},{used:.2f},{made:.2f},{feeder:.1f}\n")


if __name__ == "__main__":
    main(sys.argv[1])
