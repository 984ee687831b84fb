import Accounting
import Foundation
import Scheduling
import VehicleToAnything

/// The OpenAPI 3.1 document of all routes.
enum OpenAPI {
    static let text: String = {
        let data = try? JSONSerialization.data(
            withJSONObject: document, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }()

    private typealias Object = [String: Any]

    private static var document: Object {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "v2x", "version": ProgramVersion.text,
                "description":
                    "Optimal charge schedules for vehicle-to-anything. Powers in kW, energy in kWh, money in the "
                    + "scenario's currency; the optimizer routes are evcc's protocol, in W, Wh and money per Wh.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ] as Object,
            "servers": [["url": "/"]],
            "security": [Object(), ["token": [String]()] as Object],
            "paths": paths,
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "schemas": schemas,
                "responses": [
                    "Problem": [
                        "description": "Why there is no answer.",
                        "content": ["application/problem+json": ["schema": reference("Problem")]],
                    ] as Object
                ],
            ] as Object,
        ]
    }

    private static func reference(_ schema: String) -> Object { ["$ref": "#/components/schemas/\(schema)"] }

    private static func answer(_ description: String, _ schema: Object, type: String = "application/json") -> Object {
        ["description": description, "content": [type: ["schema": schema]]]
    }

    private static var problems: Object {
        var problems = Object()
        for status in ["400", "401", "404", "405", "409", "413", "421", "422", "500", "503", "504"] {
            problems[status] = ["$ref": "#/components/responses/Problem"]
        }
        return problems
    }

    private static let summaries: [Question: String] = [
        .schedule: "The optimal schedule, or that of a rule.",
        .compare: "V2X, V1X and charging by rule side by side.",
        .marginal: "Marginal cost of V2X in each step.",
        .offer: "Optimal net import of each step as a function of its price.",
        .value: "What each value stream is worth, alone and stacked.",
        .explain: "Why each step is what it is.",
        .simulate: "A long horizon lived day by day.",
    ]

    /// Whatever asks about a scenario.
    private static var scenarioBody: Object {
        [
            "application/yaml": reference("ScenarioText"),
            "application/json": ["anyOf": [reference("Scenario"), reference("ScenarioRequest")]],
        ]
    }

    private static var paths: Object {
        var paths = Object()
        for question in Question.allCases {
            var operation = post(
                question.rawValue, summaries[question] ?? question.rawValue,
                body: scenarioBody,
                answer: answer("As the command \(question.rawValue) prints it.", ["type": "object"]))
            if [.schedule, .marginal, .explain].contains(question) {
                operation["parameters"] = [
                    [
                        "name": "mode", "in": "query", "required": false,
                        "description": "How the schedule is made; marginal and explain take v2x and v1x.",
                        "schema": ["type": "string", "enum": ScheduleMode.allCases.map(\.rawValue)],
                    ] as Object
                ]
            }
            paths["/v1/\(question.rawValue)"] = ["post": operation]
        }
        paths["/v1/check"] = [
            "post": post(
                "check", "The warnings of a scenario, and what it holds, without solving it.",
                body: scenarioBody,
                answer: answer("The scenario is right.", ["type": "object"]))
        ]
        paths["/optimize/charge-schedule"] = [
            "post": post(
                "optimizeChargeSchedule", "evcc's optimizer protocol.",
                body: ["application/json": reference("ChargeRequest")],
                answer: answer("The plan, and whether it is proven.", ["type": "object"]))
        ]
        for (path, name, summary) in [
            ("/v1/health", "health", "Whether the service runs."),
            ("/optimize/health", "optimizeHealth", "Whether the service runs, for evcc."),
            ("/v1/openapi.json", "openapi", "This document."),
        ] { paths[path] = ["get": get(name, summary, answer("It does.", ["type": "object"]))] }
        paths["/metrics"] = [
            "get": get("metrics", "For Prometheus.", answer("Text.", ["type": "string"], type: "text/plain"))
        ]
        paths["/v1/scenario"] = [
            "get": get(
                "scenario", "The text of the service's own scenario; 404 where it has none.",
                answer("YAML or JSON.", ["type": "string"], type: "application/yaml"))
        ]
        for (path, file) in PageFiles.all {
            let name = path == "/" ? "page" : path.dropFirst().replacing(".", with: "_")
            paths[path] = [
                "get": get(
                    String(name), "A part of the page.", answer("Text.", ["type": "string"], type: file.type))
            ]
        }
        paths.merge(jobPaths) { first, _ in first }
        return paths
    }

    private static func parameter(_ name: String, _ schema: Object) -> Object {
        ["name": name, "in": "path", "required": true, "schema": schema]
    }

    private static var jobPaths: Object {
        let id = parameter("id", ["type": "string"])
        var add = post(
            "addJob", "Long work: the answer comes later.",
            body: scenarioBody,
            answer: answer("The job, which is kept; Location names it.", ["type": "object"]), status: "202")
        add["parameters"] = [parameter("question", ["type": "string", "enum": Question.allCases.map(\.rawValue)])]
        let object: Object = ["type": "object"]
        return [
            "/v1/jobs/{question}": ["post": add],
            "/v1/jobs/{id}": [
                "parameters": [id], "get": get("job", "Where a job is.", answer("The job.", object)),
                "delete": [
                    "operationId": "removeJob", "summary": "Cancels a job that is not over, and deletes one that is.",
                    "responses": problems.merging(["204": ["description": "Done."]]) { _, new in new },
                ] as Object,
            ] as Object,
            "/v1/jobs/{id}/answer": [
                "parameters": [id], "get": get("jobAnswer", "The answer of a job.", answer("The answer.", object)),
            ] as Object,
            "/v1/jobs/{id}/events": [
                "parameters": [id],
                "get": get(
                    "jobEvents", "Each change of a job, until it is over.",
                    answer("Server-sent events.", ["type": "string"], type: "text/event-stream")),
            ] as Object,
        ]
    }

    private static func post(_ name: String, _ summary: String, body: Object, answer: Object, status: String = "200")
        -> Object
    {
        var answers = problems
        answers[status] = answer
        return [
            "operationId": name, "summary": summary, "responses": answers,
            "requestBody": ["required": true, "content": body.mapValues { ["schema": $0] }] as Object,
        ]
    }

    private static func get(_ name: String, _ summary: String, _ answer: Object) -> Object {
        var answers = problems
        answers["200"] = answer
        return ["operationId": name, "summary": summary, "responses": answers]
    }
}
