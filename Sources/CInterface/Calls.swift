import Accounting
import Foundation

// The functions of include/v2x.h, which documents them. Here are only C's types: everything else is in the handles.

/// A C text on its way in; nil where there is none.
public typealias TextIn = UnsafePointer<CChar>
/// Where a text goes out.
public typealias TextOut = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
/// Where a handle goes out.
public typealias HandleOut = UnsafeMutablePointer<UnsafeMutableRawPointer?>

// Written once and read for ever: a C caller keeps the pointer.
nonisolated(unsafe) private let version = strdup(ProgramVersion.text)

@_cdecl("v2x_abi") public func v2xABI() -> CInt { 1 }

@_cdecl("v2x_version") public func v2xVersion() -> UnsafePointer<CChar>? { UnsafePointer(version) }

@_cdecl("v2x_free") public func v2xFree(_ text: UnsafeMutablePointer<CChar>?) { free(text) }

@_cdecl("v2x_scenario_open")
public func v2xScenarioOpen(_ text: TextIn?, _ options: TextIn?, _ scenario: HandleOut?, _ report: TextOut?) -> CInt {
    opened(scenario, report, ScenarioHandle.report) { () throws(Failure) in
        try ScenarioHandle(text: string(text, "the scenario"), options: string(options, "the options"))
    }
}

@_cdecl("v2x_scenario_change")
public func v2xScenarioChange(
    _ scenario: UnsafeMutableRawPointer?, _ options: TextIn?, _ changed: HandleOut?, _ report: TextOut?
) -> CInt {
    opened(changed, report, ScenarioHandle.report) { () throws(Failure) in
        try handle(scenario, ScenarioHandle.self).changed(string(options, "the options"))
    }
}

@_cdecl("v2x_scenario_close")
public func v2xScenarioClose(_ scenario: UnsafeMutableRawPointer?) { release(scenario, ScenarioHandle.self) }

@_cdecl("v2x_ask")
public func v2xAsk(
    _ scenario: UnsafeMutableRawPointer?, _ question: TextIn?, _ options: TextIn?, _ answer: TextOut?
) -> CInt {
    answered(answer) { () throws(Failure) in
        try task(handle(scenario, ScenarioHandle.self), question, options).result().get()
    }
}

@_cdecl("v2x_task_start")
public func v2xTaskStart(
    _ scenario: UnsafeMutableRawPointer?, _ question: TextIn?, _ options: TextIn?
) -> UnsafeMutableRawPointer? {
    let found: ScenarioHandle
    do throws(Failure) { found = try handle(scenario, ScenarioHandle.self) } catch { return nil }
    return retained(task(found, question, options))
}

@_cdecl("v2x_task_wait")
public func v2xTaskWait(_ task: UnsafeMutableRawPointer?, _ seconds: Double) -> CInt {
    optional(task, TaskHandle.self)?.wait(seconds) == true ? 1 : 0
}

@_cdecl("v2x_task_progress")
public func v2xTaskProgress(_ task: UnsafeMutableRawPointer?) -> Double {
    optional(task, TaskHandle.self)?.progress ?? 0
}

@_cdecl("v2x_task_cancel")
public func v2xTaskCancel(_ task: UnsafeMutableRawPointer?) { optional(task, TaskHandle.self)?.cancel() }

@_cdecl("v2x_task_answer")
public func v2xTaskAnswer(_ task: UnsafeMutableRawPointer?, _ answer: TextOut?) -> CInt {
    answered(answer) { () throws(Failure) in try handle(task, TaskHandle.self).result().get() }
}

@_cdecl("v2x_task_release")
public func v2xTaskRelease(_ task: UnsafeMutableRawPointer?) {
    optional(task, TaskHandle.self)?.cancel()
    release(task, TaskHandle.self)
}

@_cdecl("v2x_sweep_open")
public func v2xSweepOpen(_ text: TextIn?, _ options: TextIn?, _ sweep: HandleOut?, _ report: TextOut?) -> CInt {
    opened(sweep, report, SweepHandle.report) { () throws(Failure) in
        try SweepHandle(text: string(text, "the sweep"), options: string(options, "the options"))
    }
}

@_cdecl("v2x_sweep_next")
public func v2xSweepNext(_ sweep: UnsafeMutableRawPointer?, _ seconds: Double, _ rows: TextOut?) -> CInt {
    answered(rows) { () throws(Failure) in try handle(sweep, SweepHandle.self).next(seconds) }
}

@_cdecl("v2x_sweep_close")
public func v2xSweepClose(_ sweep: UnsafeMutableRawPointer?) {
    optional(sweep, SweepHandle.self)?.cancel()
    release(sweep, SweepHandle.self)
}

// MARK: - Between C and Swift

/// The text at `pointer`; nil where there is none.
private func string(_ pointer: TextIn?, _ what: String) throws(Failure) -> String? {
    guard let pointer else { return nil }
    guard let text = String(validatingCString: pointer) else { throw .usage("\(what) is not UTF-8") }
    return text
}

/// A task of a question, or one that says what is wrong with it.
private func task(_ scenario: ScenarioHandle, _ question: TextIn?, _ options: TextIn?) -> TaskHandle {
    do throws(Failure) {
        guard let name = try string(question, "the question") else { throw .usage("there is no question") }
        return TaskHandle(scenario, name, options: try string(options, "the options"))
    } catch { return TaskHandle(error) }
}

private func retained(_ object: AnyObject) -> UnsafeMutableRawPointer { Unmanaged.passRetained(object).toOpaque() }

private func optional<Handle: AnyObject>(_ pointer: UnsafeMutableRawPointer?, _ type: Handle.Type) -> Handle? {
    pointer.map { Unmanaged<Handle>.fromOpaque($0).takeUnretainedValue() }
}

private func handle<Handle: AnyObject>(
    _ pointer: UnsafeMutableRawPointer?, _ type: Handle.Type
) throws(Failure) -> Handle {
    guard let handle = optional(pointer, type) else { throw .usage("the handle is NULL") }
    return handle
}

private func release<Handle: AnyObject>(_ pointer: UnsafeMutableRawPointer?, _ type: Handle.Type) {
    if let pointer { Unmanaged<Handle>.fromOpaque(pointer).release() }
}

private func answered(_ text: TextOut?, _ body: () throws(Failure) -> String) -> CInt {
    do throws(Failure) {
        let answer = try body()
        text?.pointee = strdup(answer)
        return Status.ok.rawValue
    } catch {
        text?.pointee = strdup(error.json)
        return error.status.rawValue
    }
}

/// Makes a handle and its report, both or none.
private func opened<Handle: AnyObject>(
    _ out: HandleOut?, _ text: TextOut?, _ report: (Handle) -> () throws -> String,
    _ make: () throws(Failure) -> Handle
) -> CInt {
    out?.pointee = nil
    return answered(text) { () throws(Failure) in
        guard let out else { throw .usage("there is no place for the handle") }
        let made = try make()
        let answer: String
        do { answer = try report(made)() } catch { throw error as? Failure ?? Failure(.solver, "\(error)") }
        out.pointee = retained(made)
        return answer
    }
}
