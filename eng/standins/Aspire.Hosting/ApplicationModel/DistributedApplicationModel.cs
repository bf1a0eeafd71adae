namespace Aspire.Hosting.ApplicationModel;

public class DistributedApplicationModel(IEnumerable<IResource> resources)
{
    public IList<IResource> Resources { get; } = resources as IList<IResource> ?? [.. resources];
}
