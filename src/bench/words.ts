/** Words for generated achievements in pairs of Chinese and English, invented for measurements. */

type Pair = readonly [zh: string, en: string];

const pairs = (text: string): Pair[] =>
  text
    .trim()
    .split(/\s*;\s*/)
    .map((entry) => {
      const at = entry.indexOf(' ');
      return [entry.slice(0, at), entry.slice(at + 1)] as const;
    });

/** Properties: the first part of a term. */
export const QUALITIES =
  pairs(`低温 low-temperature; 高温 high-temperature; 耐蚀 corrosion-resistant; 轻量 lightweight; 复合 composite; 梯度 graded; 在线 online; 微型 miniature;
绿色 green; 智能 intelligent; 柔性 flexible; 纳米 nano; 多孔 porous; 超声 ultrasonic; 激光 laser; 等离子 plasma; 微波 microwave; 真空 vacuum; 高压 high-pressure; 低功耗 low-power;
分布式 distributed; 自适应 adaptive; 多源 multi-source; 连续 continuous; 移动 mobile; 模块化 modular; 抗旱 drought-tolerant; 耐盐 salt-tolerant; 高产 high-yield; 可降解 degradable;
光催化 photocatalytic; 电化学 electrochemical; 生物基 bio-based; 稀土 rare-earth; 镍基 nickel-based; 铝镁 aluminium-magnesium; 石墨烯 graphene; 碳化硅 silicon-carbide; 钙钛矿 perovskite; 水热 hydrothermal;
离心 centrifugal; 静电 electrostatic; 磁性 magnetic; 红外 infrared; 太赫兹 terahertz; 宽带 broadband; 窄带 narrow-band; 深部 deep; 浅层 shallow; 高原 plateau; 荒漠 desert; 黄土 loess; 寒区 cold-region; 盐湖 salt-lake;
中子 neutron; 质子 proton; 重离子 heavy-ion; 同位素 isotope; 低碳 low-carbon; 零排放 zero-emission; 双层 double-layer; 三维 three-dimensional; 非线性 nonlinear; 鲁棒 robust; 加密 encrypted; 可重构 reconfigurable;
无人 unmanned; 水下 underwater; 机载 airborne; 星载 spaceborne; 便携 portable; 植入式 implantable; 靶向 targeted; 缓释 slow-release; 抗菌 antibacterial; 仿生 bionic; 发酵 fermented; 冻干 freeze-dried; 速溶 instant; 无籽 seedless`);

/** Materials and purposes: the middle part of a term. */
export const MATTERS =
  pairs(`合金 alloy; 涂层 coating; 换热 heat-exchange; 催化 catalysis; 传感 sensing; 储能 energy-storage; 电池 battery; 膜分离 membrane-separation; 薄膜 thin-film; 陶瓷 ceramic; 纤维 fibre; 树脂 resin;
凝胶 gel; 水泥 cement; 土壤 soil; 灌溉 irrigation; 种子 seed; 马铃薯 potato; 苹果 apple; 牧草 forage; 中药 herbal-medicine; 疫苗 vaccine; 抗体 antibody; 影像 imaging; 手术 surgery; 康复 rehabilitation; 睡眠 sleep; 血糖 blood-glucose;
废水 wastewater; 烟气 flue-gas; 粉尘 dust; 固废 solid-waste; 尾矿 tailings; 矿井 mine; 油井 oil-well; 页岩 shale; 管道 pipeline; 隧道 tunnel; 桥梁 bridge; 边坡 slope; 冻土 permafrost; 滑坡 landslide;
风电 wind-power; 光伏 photovoltaic; 光热 solar-thermal; 氢气 hydrogen; 生物质 biomass; 核能 nuclear-power; 电网 power-grid; 变压器 transformer; 电机 motor; 轴承 bearing; 齿轮 gear; 叶片 blade; 铸造 casting; 焊接 welding; 增材 additive;
芯片 chip; 射频 radio-frequency; 天线 antenna; 光纤 optical-fibre; 遥感 remote-sensing; 导航 navigation; 语音 speech; 图像 image; 文本 text; 知识 knowledge; 数据 data; 网络 network; 物流 logistics; 仓储 warehousing; 列车 train; 车辆 vehicle; 船舶 ship; 飞行 flight;
乳品 dairy; 肉品 meat; 果汁 juice; 面粉 flour; 皮革 leather; 羊绒 cashmere; 造纸 papermaking; 染色 dyeing; 包装 packaging; 文物 cultural-relic; 档案 archive; 考古 archaeology`);

/** Kinds of objects: the last part of a term. */
export const THINGS =
  pairs(`装置 device; 系统 system; 材料 material; 工艺 process; 方法 method; 平台 platform; 设备 equipment; 仪器 instrument; 模型 model; 算法 algorithm; 软件 software; 传感器 sensor; 控制器 controller; 反应器 reactor; 机器人 robot;
制剂 preparation; 品种 variety; 技术 technology; 生产线 production line; 探测器 detector; 阵列 array; 器件 component; 机组 unit; 添加剂 additive`);

export const VERBS = pairs(
  `提高 raises; 降低 lowers; 稳定 stabilises; 延长 extends; 缩短 shortens; 改善 improves; 抑制 suppresses; 替代 replaces; 强化 strengthens; 监测 monitors`,
);
export const METRICS = pairs(
  `使用寿命 service life; 能耗 energy consumption; 转化率 conversion; 收率 yield; 精度 precision; 灵敏度 sensitivity; 响应时间 response time; 成本 cost; 强度 strength; 排放量 emissions; 故障率 failure rate; 处理能力 capacity; 含水率 water content; 识别率 recognition rate; 发芽率 germination rate`,
);
export const PLACES = pairs(
  `兰山 Lanshan; 白塔 Baita; 陇西 Longxi; 河口 Hekou; 黄羊 Huangyang; 青石 Qingshi; 金沙 Jinsha; 玉泉 Yuquan; 云岭 Yunling; 北原 Beiyuan; 南湖 Nanhu; 东乡岭 Dongxiangling; 石羊 Shiyang; 古浪岸 Gulang'an; 雪山 Xueshan; 临川 Linchuan; 西津 Xijin; 安口 Ankou; 柳湖 Liuhu; 长城岭 Changchengling`,
);
export const SCHOOLS = pairs(
  `理工大学 University of Technology; 农业大学 Agricultural University; 材料研究所 Institute of Materials; 能源研究院 Energy Research Academy; 医学院 Medical College; 信息研究所 Institute of Information Science`,
);
export const SURNAMES = pairs(
  `王 Wang; 李 Li; 张 Zhang; 刘 Liu; 陈 Chen; 杨 Yang; 赵 Zhao; 黄 Huang; 周 Zhou; 吴 Wu; 徐 Xu; 孙 Sun; 马 Ma; 朱 Zhu; 胡 Hu; 林 Lin; 郭 Guo; 何 He; 高 Gao; 罗 Luo`,
);
export const GIVEN = pairs(
  `明远 Mingyuan; 思齐 Siqi; 建国 Jianguo; 晓燕 Xiaoyan; 志强 Zhiqiang; 文博 Wenbo; 雨桐 Yutong; 海涛 Haitao; 静 Jing; 磊 Lei; 婷 Ting; 子涵 Zihan; 卫东 Weidong; 春梅 Chunmei; 浩然 Haoran; 佳怡 Jiayi; 鹏 Peng; 雪 Xue; 俊杰 Junjie; 慧敏 Huimin; 永福 Yongfu; 兰芳 Lanfang`,
);
