using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using EmbedPlatform.Client.Search;
using EmbedPlatform.SearchApi.Failures;
using EmbedPlatform.SearchApi.Storage;
using EmbedPlatform.SearchApi.Tenants;
using EmbedPlatform.SearchApi.Uploads;
using EmbedPlatform.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmbedPlatform.SearchApi.Http;

/// <summary><c>/api/v1/tasks</c>.</summary>
internal static class TaskRoutes
{
    private const int DefaultListed = 50;
    private const int MaxListed = 1000;
    private static readonly string[] States = ["storing", "embedding", "completed", "cancelled", "interrupted"];
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(15);

    public static IEndpointRouteBuilder MapTasks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/tasks").WithTags("Tasks");
        group.MapGet("", List).WithName("ListTasks").WithSummary("Lists bulk uploads, latest first").ProducesValidationProblem();
        group
            .MapGet("/{id:guid}", Get)
            .WithName("GetTask")
            .WithSummary("Shows the progress of a bulk upload and its failed documents")
            .ProducesProblem(StatusCodes.Status404NotFound);
        group
            .MapDelete("/{id:guid}", Cancel)
            .WithName("CancelTask")
            .RequireKeyScope(KeyScopes.Write)
            .WithSummary("Cancels a running upload; committed documents stay and are embedded")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        group
            .MapGet("/{id:guid}/events", Watch)
            .WithName("WatchTask")
            .WithSummary("Streams a task as server-sent events: `progress` on each change, `done` at the end")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return routes;
    }

    private static async Task<Ok<UploadTaskList>> List(
        string? collection,
        string? state,
        int? limit,
        TaskStore tasks,
        TenantContext tenant,
        SchemaState schema,
        CancellationToken cancellationToken
    )
    {
        schema.Require();
        if (limit is < 1 or > MaxListed)
        {
            throw ApiException.Invalid("limit", $"must be from 1 to {MaxListed}");
        }

        if (state is not null && !States.Contains(state))
        {
            throw ApiException.Invalid("state", $"must be one of: {string.Join(", ", States)}");
        }

        var name = collection?.Replace("\0", string.Empty, StringComparison.Ordinal);
        return TypedResults.Ok(
            new UploadTaskList(await tasks.ListAsync(tenant.Tenant, name, state, limit ?? DefaultListed, cancellationToken))
        );
    }

    private static async Task<Ok<UploadTask>> Get(
        Guid id,
        TaskStore tasks,
        TenantContext tenant,
        SchemaState schema,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await RequireAsync(id, tasks, tenant, schema, cancellationToken));

    private static async Task<Accepted<UploadTask>> Cancel(
        Guid id,
        TaskStore tasks,
        TenantContext tenant,
        SchemaState schema,
        CancellationToken cancellationToken
    )
    {
        schema.Require();
        var cancelled = await tasks.CancelAsync(tenant.Tenant, id, cancellationToken);
        var task = await RequireAsync(id, tasks, tenant, schema, cancellationToken);
        return cancelled
            ? TypedResults.Accepted($"/api/v1/tasks/{id}", task)
            : throw new ApiException(
                StatusCodes.Status409Conflict,
                "The task cannot be cancelled.",
                $"The upload has already ended with state {task.State}."
            );
    }

    private static async Task<ServerSentEventsResult<UploadTask>> Watch(
        Guid id,
        TaskStore tasks,
        TenantContext tenant,
        SchemaState schema,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken
    )
    {
        var first = await RequireAsync(id, tasks, tenant, schema, cancellationToken);
        return TypedResults.ServerSentEvents(EventsAsync(first, tasks, tenant.Tenant, lifetime.ApplicationStopping, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<UploadTask>> EventsAsync(
        UploadTask task,
        TaskStore tasks,
        string tenant,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        var (told, silence) = (default(UploadTask), TimeSpan.Zero);
        while (true)
        {
            var finished = task.FinishedAt is not null;
            if (finished || told is null || Moved(told, task) || silence >= MaxSilence)
            {
                yield return new SseItem<UploadTask>(task, finished ? "done" : "progress");
                (told, silence) = (task, TimeSpan.Zero);
            }

            if (finished)
            {
                yield break;
            }

            await Task.Delay(LookInterval, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            silence += LookInterval;
            if (end.IsCancellationRequested || await tasks.FindAsync(tenant, task.Id, cancellationToken) is not { } next)
            {
                yield break;
            }

            task = next;
        }
    }

    private static bool Moved(UploadTask before, UploadTask now) =>
        (before.State, before.Received, before.Written, before.Unchanged, before.Pending, before.Failed, before.ErrorCount)
        != (now.State, now.Received, now.Written, now.Unchanged, now.Pending, now.Failed, now.ErrorCount);

    private static async Task<UploadTask> RequireAsync(
        Guid id,
        TaskStore tasks,
        TenantContext tenant,
        SchemaState schema,
        CancellationToken cancellationToken
    )
    {
        schema.Require();
        return await tasks.FindAsync(tenant.Tenant, id, cancellationToken) ?? throw ApiException.NotFound($"There is no task {id}.");
    }
}
