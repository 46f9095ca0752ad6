/** Sentences on requests that are refused before a resolver runs. */
export const requestsMessages = {
  'what.connections': { zh: '连接', en: 'connections' },
  'what.requests': { zh: '进行中的请求', en: 'requests under way' },
  'what.streams': { zh: '订阅连接', en: 'connections for subscriptions' },
  'INTERNAL.request': {
    zh: '系统内部出错，已记录。报告时请提供请求编号。',
    en: 'Something went wrong on our side; it was logged. Quote the request id when you report it.',
  },
  MORE_ERRORS: { zh: '另有 {count} 个错误未显示。', en: '{count} more errors are not shown.' },
  TOO_MANY_FIELDS: {
    zh: '该操作重复选择相同的字段过多；每个字段请只选一次。',
    en: 'The operation selects the same fields too often; select each once.',
  },
  TOO_MANY_TOKENS: {
    zh: '一个操作最多 {max} 个词法单元；请用变量传值，或分多次请求。',
    en: 'An operation may have at most {max} tokens; pass values as variables or use several requests.',
  },
  'GRAPHQL_VALIDATION_FAILED.typed': {
    zh: '此处需要“{type}”类型的值。',
    en: 'A value of type "{type}" is needed here.',
  },
  'GRAPHQL_VALIDATION_FAILED.value': { zh: '此处的值不符合其类型。', en: 'The value here does not fit its type.' },
  'TOO_MANY_CLIENT.streams': {
    zh: '同一地址最多同时有 {limit} 个{what}；请先关闭一些。',
    en: 'One address may have at most {limit} {what} at the same time; close some first.',
  },
  'MULTIPART_INVALID.order': {
    zh: '不是 GraphQL multipart 请求：请依次发送字段 `operations`、`map` 和各文件，每个一次。',
    en: 'Not a GraphQL multipart request: send the fields `operations`, then `map`, then the files, each once.',
  },
  'MULTIPART_INVALID.places': {
    zh: '字段 `map` 必须指明 `operations` 的变量中存在且为 null 的位置。',
    en: 'The field `map` must name places in the variables of `operations` that exist and are null.',
  },
  'MULTIPART_INVALID.json': { zh: '字段 `map` 不是 JSON。', en: 'The field `map` is not JSON.' },
  'MULTIPART_INVALID.paths': {
    zh: '字段 `map` 必须是由路径列表组成的对象。',
    en: 'The field `map` must be an object of lists of paths.',
  },
  'MULTIPART_INVALID.twice': { zh: '字段 `map` 把同一文件写了两次。', en: 'The field `map` names a file twice.' },
  'MULTIPART_INVALID.boundary': {
    zh: 'Content-Type 必须给出 1 至 70 个允许字符的 boundary。',
    en: 'The Content-Type must name a boundary of 1 to 70 permitted characters.',
  },
  'MULTIPART_INVALID.operations': {
    zh: '字段 `operations` 必须是一个操作，或操作的列表。',
    en: 'The field `operations` must be an operation, or a list of operations.',
  },
  'REQUIRED.field': { zh: '缺少其字段 {field}（{type}）。', en: 'its field {field} ({type}) is needed.' },
  'UNKNOWN_FIELD.input': { zh: '含有 {type} 没有的字段。', en: 'it has a field that {type} does not know.' },
  'BAD_VALUE.object': { zh: '需要一个 {type} 类型的对象。', en: 'an object of type {type} is needed.' },
  'ONE_OF.field': { zh: '{type} 需要且只需要一个字段。', en: 'exactly one field of {type} is needed.' },
  'BAD_VALUE.enum': { zh: '需要枚举 {type} 的一个值。', en: 'a value of the enum {type} is needed.' },
  'BAD_VALUE.typed': { zh: '需要一个 {type} 类型的值。', en: 'a value of type {type} is needed.' },
  'AFTER_WITH_LAST.cursor': {
    zh: '`after` 与 `first` 搭配，`before` 与 `last` 搭配。',
    en: '`after` goes with `first`, `before` with `last`.',
  },
  'BAD_HOST.header': { zh: 'Host 请求头不是主机名。', en: 'The Host header is not a host name.' },
  'BAD_ID.platform': { zh: '不是本平台的编号。', en: 'not an id of this platform.' },
  'BAD_VALUE.a': { zh: '有一个值不符合其类型。', en: 'a value does not fit its type.' },
  'BAD_VALUE.the': { zh: '该值不符合其类型。', en: 'the value does not fit its type.' },
  'BATCH_TOO_LARGE.operations': {
    zh: '一批最多 {max} 个操作；请分多次请求。',
    en: 'A batch may have at most {max} operations; send several requests.',
  },
  'BEFORE_WITHOUT_LAST.cursor': { zh: '`before` 与 `last` 搭配。', en: '`before` goes with `last`.' },
  'BODY_TOO_LARGE.files': {
    zh: '一次请求最多 {max} 个文件，每个最多 {maxFileBytes} 字节。',
    en: 'A request may have at most {max} files of {maxFileBytes} bytes each.',
  },
  'BODY_TOO_LARGE.json': {
    zh: 'JSON 请求体最多 {max} 字节；上传文件请用 multipart/form-data。',
    en: 'A JSON body may have at most {max} bytes; upload files as multipart/form-data.',
  },
  'BODY_TOO_SLOW.again': {
    zh: '请求没有及时到达；请重新发送。',
    en: 'The request did not arrive in time; send it again.',
  },
  'BODY_TOO_SLOW.seconds': {
    zh: 'JSON 请求体必须在 {seconds} 秒内到达；请重新发送。',
    en: 'A JSON body must arrive within {seconds} s; send it again.',
  },
  'BUSY.bodies': {
    zh: '正在读取的大请求过多；请稍后再试。',
    en: 'Too many large requests are being read; try again in a moment.',
  },
  'FILE_TOO_LARGE.upload': {
    zh: '文件最多 {maxBytes} 字节；请拆分。',
    en: 'a file may have at most {maxBytes} bytes; split it.',
  },
  'FIRST_AND_LAST.either': {
    zh: '`first` 和 `last` 请填写其中之一，不能同时填写。',
    en: 'give `first` or `last`, not both.',
  },
  'HEADERS_TOO_LARGE.size': { zh: '请求头最多 16 KiB。', en: 'The headers of a request may have at most 16 KiB.' },
  'INVALID_JSON.body': {
    zh: `请求体不是 JSON：请发送 '{'"query": "…", "variables": '{…}}'。`,
    en: `The body is not JSON: send '{'"query": "…", "variables": '{…}}'.`,
  },
  'INVALID_TEXT.store': { zh: '文字中含有无法保存的字符。', en: 'A text contains a character that cannot be stored.' },
  'JSON_TOO_DEEP.levels': {
    zh: 'JSON 请求体最多嵌套 {max} 层。',
    en: 'A JSON body may be nested at most {max} levels deep.',
  },
  'MALFORMED.request': { zh: '无法读取该请求。', en: 'The request could not be read.' },
  'METHOD_NOT_ALLOWED.post': { zh: '请使用 POST；查询也可以使用 GET。', en: 'Use POST, or GET for a query.' },
  'NOT_ACCEPTABLE.types': {
    zh: '回应为 UTF-8 编码的 application/graphql-response+json 或 application/json：请接受其中之一。',
    en: 'Answers are application/graphql-response+json or application/json, in UTF-8: accept one of them.',
  },
  'NOT_ALLOWED.metrics': {
    zh: '指标只对本机开放，或使用 `Authorization: Bearer <METRICS_TOKEN>`。',
    en: 'Metrics are open to this machine itself, or with `Authorization: Bearer <METRICS_TOKEN>`.',
  },
  'NOT_ALLOWED.uploads': {
    zh: '请先登录：只接收已知发送者的文件。',
    en: 'Log in first: files are taken from known senders alone.',
  },
  'NOT_A_SUBSCRIPTION.address': {
    zh: '该地址用于订阅；查询和变更请发送到 POST /graphql。',
    en: 'This address serves subscriptions; send queries and mutations to POST /graphql.',
  },
  'NOT_FOUND.address': {
    zh: '该地址没有内容；GraphQL 在 /graphql。',
    en: 'Nothing is served at this address; GraphQL is at /graphql.',
  },
  'NOT_FOUND.webSocket': { zh: 'WebSocket 订阅在 /graphql。', en: 'Subscriptions by WebSocket are at /graphql.' },
  'ONCE_PER_OPERATION.field': {
    zh: '{coordinate} 在每个操作和每批中只能请求一次：请另发一个请求。',
    en: '{coordinate} can be asked for once per operation and once per batch: send another request for it.',
  },
  'ORIGIN.webSocket': { zh: '该来源的页面不能打开 WebSocket。', en: 'Pages of this origin may not open a WebSocket.' },
  'PAGE_SIZE.entries': { zh: '每页 1 至 {max} 项。', en: 'a page has 1 to {max} entries.' },
  'QUERY_MISSING.subscription': {
    zh: '请在 `query` 中以字符串发送订阅。',
    en: 'Send the subscription as a string in `query`.',
  },
  'RATE_LIMITED.points': {
    zh: '请求过多：每分钟最多 {limit} 点，开销大的操作会占用多点。请在 {seconds} 秒后再试。',
    en: 'Too many requests: at most {limit} points a minute, of which a costly operation takes several. Try again in {seconds} s.',
  },
  'RATE_LIMITED.uploads': {
    zh: '一个账号最多同时上传 {max} 个文件；请等待其中一个结束。',
    en: 'An account may have at most {max} uploads under way; wait until one ends.',
  },
  'REQUEST_TOO_SLOW.again': {
    zh: '请求没有及时到达；请重新发送。',
    en: 'The request did not arrive in time; send it again.',
  },
  'REQUIRED.typed': { zh: '需要一个 {type} 类型的值。', en: 'a value of type {type} is needed.' },
  'TIMEOUT.request': { zh: '请求耗时过长；请一次少请求一些。', en: 'The request took too long; ask for less at once.' },
  'TOO_DEEP.levels': { zh: '列表和对象最多 {max} 层。', en: 'at most {max} levels of lists and objects.' },
  'TOO_EXPENSIVE.cost': {
    zh: '该操作的开销为 {cost}，上限为 {maxCost}：请缩小每页数量或减少嵌套列表。',
    en: 'The operation would cost {cost}, of at most {maxCost}: ask for smaller pages or fewer nested lists.',
  },
  'TOO_MANY.atOnce': { zh: '一次最多 {max} 个。', en: 'at most {max} at once.' },
  'TOO_MANY.elements': { zh: '所有列表合计最多 {max} 个元素。', en: 'at most {max} elements in all lists.' },
  'TOO_MANY_CONNECTIONS.server': {
    zh: '打开的连接过多；请几秒后再试。',
    en: 'Too many connections are open; try again in a few seconds.',
  },
  'TOO_MANY_MARKS.text': {
    zh: '连续的组合符号最多 {max} 个。',
    en: 'at most {max} combining marks may follow one another.',
  },
  'TOO_MANY_SUBSCRIPTIONS.connection': {
    zh: '一个连接最多 {max} 个订阅。',
    en: 'A connection may have at most {max} subscriptions.',
  },
  'UNSUPPORTED_CHARSET.utf8': { zh: '请以 UTF-8 发送请求体。', en: 'Send the body in UTF-8.' },
  'UNSUPPORTED_MEDIA_TYPE.json': {
    zh: '请以 application/json 发送请求体，或以 multipart/form-data 发送文件。',
    en: 'Send the body as application/json, or as multipart/form-data with files.',
  },
  'UPLOAD_INCOMPLETE.file': {
    zh: '文件没有完整到达；请重新发送。',
    en: 'the file did not arrive whole; send it again.',
  },
  'UPLOAD_TOO_LARGE.request': {
    zh: '一次请求最多 {max} 个文件，每个对应一处；operations 最多 {max2} 字节，map 最多 {max3} 字节。',
    en: 'A request may have at most {max} files, each for one place, {max2} bytes of operations and {max3} bytes of map.',
  },
} as const;
