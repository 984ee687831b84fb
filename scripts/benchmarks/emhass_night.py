"""A night of a battery by EMHASS (PyPI, MIT): its own model and solver, called as its day-ahead optimisation calls them."""

import json
import logging
import pathlib

import emhass
import numpy
import pandas
import pytz
from emhass.optimization import Optimization

ROOT = pathlib.Path(emhass.__file__).parent


def settings(capacity, power_in, power_out, efficiency, soc_min):
    """EMHASS's defaults, with one battery and nothing else."""
    defaults = json.loads((ROOT / "data" / "config_defaults.json").read_text())
    parts = {"retrieve_hass_conf": {}, "optim_conf": {}, "plant_conf": {}}
    for line in (ROOT / "data" / "associations.csv").read_text().splitlines():
        part, _, key = line.split(",")[:3]
        if part in parts and key in defaults:
            parts[part][key] = defaults[key]
    hass, optim, plant = parts.values()
    hass.update(optimization_time_step=pandas.Timedelta("15min"), time_zone=pytz.timezone("Europe/Amsterdam"))
    optim.update({key: [] for key, value in optim.items() if isinstance(value, list)})
    optim.update(
        set_use_battery=True, number_of_deferrable_loads=0, set_nocharge_from_grid=False, set_nodischarge_to_grid=False,
        weight_battery_discharge=0.0, weight_battery_charge=0.0, delta_forecast_daily=pandas.Timedelta(days=1),
        lp_solver_mip_rel_gap=0.0, num_threads=1)
    plant.update(
        battery_nominal_energy_capacity=capacity * 1e3, battery_charge_power_max=power_in * 1e3,
        # Of the battery's side.
        battery_discharge_power_max=power_out * 1e3 / efficiency, battery_charge_efficiency=efficiency,
        battery_discharge_efficiency=efficiency, battery_minimum_state_of_charge=soc_min,
        battery_maximum_state_of_charge=1.0, maximum_power_from_grid=1e5, maximum_power_to_grid=1e5)
    return hass, optim, plant


def night(parts, start, buy, sell, soc):
    """What the night costs; None where EMHASS does not call it optimal."""
    index = pandas.date_range(start, periods=len(buy), freq="15min", tz="Europe/Amsterdam")
    table = pandas.DataFrame({"load": 0.0, "unit_load_cost": buy, "unit_prod_price": sell}, index=index)
    nothing = pandas.Series(0.0, index=index)
    logger = logging.getLogger("emhass")
    logger.setLevel(logging.CRITICAL)
    model = Optimization(
        *parts, "unit_load_cost", "unit_prod_price", "profit", {"data_path": pathlib.Path(".")}, logger)
    found = model.perform_dayahead_forecast_optim(table, nothing, nothing, soc_init=soc, soc_final=soc)
    if model.optim_status != "Optimal":
        return None
    bought, sold = found.P_grid_pos.to_numpy(), found.P_grid_neg.to_numpy()
    return float(numpy.dot(bought, buy) + numpy.dot(sold, sell)) * 0.25 / 1e3
