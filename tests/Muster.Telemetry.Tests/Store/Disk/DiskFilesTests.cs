using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Tests.Store.Disk;

public sealed class DiskFilesTests
{
    [Fact]
    public void What_cannot_be_synced_is_told()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var file = new DiskFiles().Continue("/dev/null");
        Assert.Throws<IOException>(file.Sync);
    }

    [Fact]
    public void What_is_written_and_synced_is_there_and_a_cut_takes_the_rest_away()
    {
        var folder = Directory.CreateTempSubdirectory("muster-files-").FullName;
        var files = new DiskFiles();
        var path = Path.Combine(folder, "a");
        using (var file = files.Create(path))
        {
            file.Write([1, 2, 3]);
            file.Sync();
            file.Cut(2);
            file.Write([4]);
            file.Sync();
        }

        files.SyncFolder(folder);
        Assert.Equal([1, 2, 4], File.ReadAllBytes(path));
        Directory.Delete(folder, recursive: true);
    }
}
