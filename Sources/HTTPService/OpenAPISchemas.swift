import EvccOptimizer

extension OpenAPI {
    private static var number: [String: Any] { ["type": "number"] }
    private static var numbers: [String: Any] { ["type": "array", "items": number] }

    private static func object(_ required: [String], _ properties: [String: Any]) -> [String: Any] {
        ["type": "object", "required": required, "properties": properties]
    }

    /// What bodies hold. The scenario's own schema is that of `v2x schema`.
    static var schemas: [String: Any] {
        [
            "Scenario": object(["horizon", "tariff"], ["horizon": ["type": "object"], "tariff": ["type": "object"]]),
            "ScenarioText": ["type": "string", "description": "A scenario as YAML."],
            "ScenarioRequest": object(
                [],
                [
                    "scenario": [
                        "type": "string", "description": "YAML or JSON; left out: the service's own scenario.",
                    ],
                    "set": [
                        "type": "array", "items": ["type": "string"],
                        "description": "Changes, key=value, as --set has them.",
                    ],
                    "files": [
                        "type": "object", "additionalProperties": ["type": "string"],
                        "description": "Texts of files that the scenario reads, by name.",
                    ],
                ]),
            "Problem": object(
                ["title", "status"],
                [
                    "title": ["type": "string"], "status": ["type": "integer"], "detail": ["type": "string"],
                    "findings": ["type": "array", "items": finding],
                ]),
            "ChargeRequest": chargeRequest,
        ]
    }

    private static var finding: [String: Any] {
        object(
            ["severity", "file", "key", "message"],
            [
                "severity": ["type": "string", "enum": ["error", "warning"]], "file": ["type": "string"],
                "line": ["type": "integer"], "column": ["type": "integer"], "key": ["type": "string"],
                "message": ["type": "string"],
            ])
    }

    private static var chargeRequest: [String: Any] {
        let amounts = ["s_min", "s_max", "s_initial", "c_min", "c_max", "d_max", "p_a"]
        var battery: [String: Any] = [
            "charge_from_grid": ["type": "boolean"], "discharge_to_grid": ["type": "boolean"], "s_capacity": number,
            "p_demand": numbers, "s_goal": numbers,
            "c_priority": ["type": "integer", "minimum": 0, "maximum": 2],
        ]
        for key in amounts { battery[key] = number }
        var series: [String: Any] = ["gt_add": ["type": "array", "items": numbers]]
        for key in ["dt", "gt", "ft", "p_N", "p_E"] { series[key] = numbers }
        let charging = ChargeRequest.Strategy.Charging.allCases.map(\.rawValue)
        let discharging = ChargeRequest.Strategy.Discharging.allCases.map(\.rawValue)
        return object(
            ["batteries", "time_series"],
            [
                "strategy": object(
                    [],
                    [
                        "charging_strategy": ["type": "string", "enum": charging],
                        "discharging_strategy": ["type": "string", "enum": discharging],
                    ]),
                "grid": object([], ["p_max_imp": number, "p_max_exp": number, "prc_p_exc_imp": number]),
                "batteries": ["type": "array", "minItems": 1, "items": object(amounts, battery)],
                "time_series": object(["dt", "gt", "ft", "p_N", "p_E"], series),
                "eta_c": number, "eta_d": number,
            ])
    }
}
