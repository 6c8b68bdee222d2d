using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>How much memory the target uses, in bytes, by its own metrics page or by its process on this machine; null when it cannot be read.</summary>
sealed class TargetMemory(LoadPlan plan, ProbeContext context, TrustAnchors trust)
{
    const int MostPage = 4 * 1024 * 1024;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<double?> Read(CancellationToken cancel)
    {
        switch (plan.Memory)
        {
            case MemorySource.Process { Id: var id }: return OfProcess(id);
            case MemorySource.Page page:
                using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel))
                {
                    patience.CancelAfter(Patience);
                    try { return await OfPage(page, patience.Token); }
                    catch (Exception unread) when (unread is Unseen or IOException or HttpRequestException or OperationCanceledException or System.Net.Sockets.SocketException or System.Security.Authentication.AuthenticationException) { return null; } // A page that is late under load is no figure.
                }
            default: return null;
        }
    }

    async Task<double?> OfPage(MemorySource.Page page, CancellationToken cancel)
    {
        var line = new HttpRequestLine(HttpMethod.Get, HttpRequestLine.UrlOf(plan.Target.AbsoluteUri, page.Path), [.. plan.Headers], null, null, System.Net.HttpVersion.Version11);
        var answer = await HttpExchange.Send(line, trust, context, MostPage, cancel);
        if (answer.Status != 200 || !answer.Body.Whole) return null;
        foreach (var text in System.Text.Encoding.UTF8.GetString(answer.Body.Bytes).Split('\n'))
            if (text.StartsWith(page.Metric, StringComparison.Ordinal) && text.Length > page.Metric.Length && text[page.Metric.Length] is ' ' or '{'
                && text[(text.LastIndexOf('}') is >= 0 and var end ? end + 1 : page.Metric.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var value, ..]
                && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var bytes) && double.IsFinite(bytes)) return bytes;
        return null;
    }

    /// <summary>Field 2 of statm: resident pages (proc(5)).</summary>
    static double? OfProcess(int id)
    {
        try { return File.ReadAllText($"/proc/{id}/statm").Split(' ') is [_, var resident, ..] && long.TryParse(resident, NumberStyles.None, CultureInfo.InvariantCulture, out var pages) ? pages * (double)Environment.SystemPageSize : null; }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; } // It has ended, or this is no Linux.
    }
}
