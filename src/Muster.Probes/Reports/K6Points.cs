using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The points of k6's --out json, read line by line however many there are. The only file of k6 from which any percentile can be told.</summary>
sealed class K6Points
{
    const int MostLine = 1024 * 1024;
    const int MostKept = 20_000_000;

    readonly ReportFile _file;
    readonly List<double> _latencies = [];
    readonly HashSet<string> _releases = [];
    double _iterations, _dropped, _checks, _checksPassed, _requests, _failed, _mostVus;
    long _unmarked;
    DateTimeOffset? _first, _last;

    K6Points(ReportFile file) => _file = file;

    public static async Task<Report> Read(ReportFile file, CancellationToken cancel)
    {
        var points = new K6Points(file);
        await points.Lines(cancel);
        return points.Counted();
    }

    async Task Lines(CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        var held = 0;
        while (true)
        {
            _file.Content.Stretch();
            if (held == buffer.Length)
            {
                if (held >= MostLine) throw new Unseen(Blind.TooLarge, $"{_file.Name} has a line of more than {MostLine} bytes");
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var got = await _file.Content.ReadAsync(buffer.AsMemory(held), cancel);
            if (got == 0) break;
            held += got;
            var read = 0;
            for (int end; (end = buffer.AsSpan(read, held - read).IndexOf((byte)'\n')) >= 0; read += end + 1) Line(buffer.AsSpan(read, end));
            buffer.AsSpan(read, held - read).CopyTo(buffer);
            held -= read;
        }

        if (held > 0) Line(buffer.AsSpan(0, held));
    }

    void Line(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty) return;
        var value = _file.Tree(line);
        if (value.Text("type") is not ("Metric" or "Point")) throw _file.Wrong("has a line that is neither a metric nor a point of k6");
        if (value.Text("type") == "Point") Point(value.Text("metric"), value.At("data"));
    }

    void Point(string? metric, Value? data)
    {
        if (metric is null || data.Number("value") is not { } number || data.Time("time") is not { } time) throw _file.Wrong("has a point without metric, time or value");
        _first = _first is { } first ? Instant.Earlier(first, time) : time;
        _last = _last is { } last ? Instant.Later(last, time) : time;
        if (data.Text("tags", "release") is not { } release) _unmarked++;
        else if (_releases.Count < 100) _releases.Add(release);
        switch (metric)
        {
            case "iterations": _iterations += number; break;
            case "dropped_iterations": _dropped += number; break;
            case "checks": (_checks, _checksPassed) = (_checks + 1, _checksPassed + (number != 0 ? 1 : 0)); break;
            case "http_req_failed": (_requests, _failed) = (_requests + 1, _failed + (number != 0 ? 1 : 0)); break;
            case "vus_max": _mostVus = Math.Max(_mostVus, number); break;
            case "http_req_duration":
                if (_latencies.Count >= MostKept) throw new Unseen(Blind.TooLarge, $"{_file.Name} has more than the {MostKept} requests that are read");
                _latencies.Add(number);
                break;
        }
    }

    Report Counted()
    {
        var counts = new K6Counts();
        _latencies.Sort();
        if (_latencies.Count > 0)
        {
            counts.SawTime("avg", _latencies.Average());
            foreach (var (field, at) in ((string, double)[])[("min", 0), ("med", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99_9", 0.999), ("max", 1)]) counts.SawTime(field, At(at));
        }

        if (_requests > 0) counts.Failed(_failed, _requests - _failed);
        if (_checks > 0) counts.Checks(_checksPassed, _checks - _checksPassed);
        counts.Saw("dropped_iterations", _dropped);
        if (_mostVus > 0) counts.Saw("vus", _mostVus);
        if (_first is { } first && _last is { } last) counts.SawTime("duration", (last - first).TotalMilliseconds);
        // Points of two releases, or some without: then it is not known what was under load.
        var releases = _unmarked == 0 ? _releases : [];
        if (releases.Count > 1) throw _file.Wrong("has points of several releases");
        return counts.Report("points", _iterations, _first, releases);
    }

    /// <summary>Between the two nearest samples, as k6 does it.</summary>
    double At(double share)
    {
        var place = share * (_latencies.Count - 1);
        var below = (int)place;
        return below + 1 < _latencies.Count ? _latencies[below] + (place - below) * (_latencies[below + 1] - _latencies[below]) : _latencies[below];
    }
}
