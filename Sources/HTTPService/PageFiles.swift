import Foundation
import Reports

/// The page: three files that are part of the binary, and load nothing from elsewhere.
///
/// It asks the service's own routes for everything. Nothing in it is secret: with a token it asks the reader for it.
enum PageFiles {
    /// Its parts, by path.
    static let all: [String: (type: String, bytes: [UInt8])] = [
        "/": ("text/html; charset=utf-8", PackageResources.index_html),
        "/page.css": ("text/css; charset=utf-8", Array(PageStyle.css.utf8) + PackageResources.page_css),
        "/page.js": ("text/javascript; charset=utf-8", PackageResources.page_js),
        "/chart.js": ("text/javascript; charset=utf-8", PackageResources.chart_js),
    ]

    /// Only the page's own files run, only the service is called, and no text becomes markup.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; "
        + "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

    /// The reply to a GET of `path`; nil where no part has it.
    static func reply(_ path: String) -> Reply? {
        guard let file = all[path] else { return nil }
        var reply = Reply(text: "", contentType: file.type)
        reply.body = Data(file.bytes)
        reply.headers["Content-Security-Policy"] = policy
        reply.headers["Referrer-Policy"] = "no-referrer"
        return reply
    }
}
